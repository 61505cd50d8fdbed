"""Sealing: puts a unit's seal on a PDF as a visible, certifying PAdES signature that allows no change at all."""

import asyncio
import io
from datetime import datetime
from typing import Any

from asn1crypto import keys, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.generic import NameObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment as Align
from pyhanko.pdf_utils.layout import BoxConstraints, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from cases.seals import Seal

FIELD = "Seal"
SIGNATURE_BYTES = 71  # half of all signatures on P-256 are that long in DER
WHOLE_BOX = SimpleBoxLayoutRule(Align.ALIGN_MID, Align.ALIGN_MID, Margins(0, 0, 0, 0), InnerScaling.STRETCH_TO_FIT)
Box = tuple[int, int, int, int]


class Picture(PdfContent):
    """The first page of a PDF that is held in memory, to be shown on another."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        """The drawing instruction; takes the page over as it is."""
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        self.resources.xobject[NameObject("/Picture")] = page
        left, low, right, high = page.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(high - low))
        return b"/Picture Do"


class EvenSigner(SimpleSigner):
    """Signs until the signature has one fixed length: so the container fills its place and no byte of the file is idle."""

    def __init__(self, seal: Seal) -> None:
        certificate = x509.Certificate.load(seal.certificate.public_bytes(serialization.Encoding.DER))
        super().__init__(certificate, keys.PrivateKeyInfo(), SimpleCertificateStore(), embed_roots=False)  # type: ignore[no-untyped-call]
        self._seal = seal

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The signature of exactly SIGNATURE_BYTES; two tries on the average."""
        signature = bytes(SIGNATURE_BYTES) if dry_run else b""
        while len(signature) != SIGNATURE_BYTES:
            signature = self._seal.key.sign(data, ECDSA(hashes.SHA256()))
        return signature


def put_seal(pdf: bytes, seal: Seal, picture: bytes, box: Box, about: str, now: datetime) -> bytes:
    """The sealed PDF. `picture` is a PDF page shown in `box` (points from the lower left of page 1); `about` says what is sealed.

    Blocks for some 50 ms: not for an event loop.
    """
    meta = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=about,
        name=seal.name,
    )
    style = StaticStampStyle(background=Picture(picture), background_layout=WHOLE_BOX, border_width=0)
    signer = PdfSigner(meta, EvenSigner(seal), stamp_style=style, new_field_spec=SigFieldSpec(FIELD, box=box))
    return asyncio.run(_sign(signer, pdf, now))


async def _sign(signer: PdfSigner, pdf: bytes, now: datetime) -> bytes:
    # pyHanko's own sign_pdf would take the time from the machine's clock, and leave room for a longer container.
    session: Any = signer.init_signing_session(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    session.system_time = now.replace(microsecond=0)
    room = await session.estimate_signature_container_size(None, tight=True)
    document = session.prepare_tbs_document(None, bytes_reserved=room)
    digest, sealed = document.digest_tbs_document()
    await document.perform_signature(digest.document_digest, PdfCMSSignedAttributes())
    made: bytes = sealed.getvalue()
    return made
