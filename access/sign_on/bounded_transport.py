"""Bounded transport: answers of the city's sign-on are read as far as they are of a size and a speed that it may have."""

import time
from collections.abc import Iterator

import httpx2

MOST_BYTES = 1_000_000  # of one answer: its keys and addresses are some kilobytes
MOST_SECONDS = 10.0  # for one answer: a byte now and then is none


class BoundedTransport(httpx2.HTTPTransport):
    """Raises ReadError where an answer is too long, comes too slowly, or is packed: what it unpacks to cannot be known before."""

    def __init__(self) -> None:
        super().__init__(trust_env=False)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer, whose body is counted while it is read."""
        until = time.monotonic() + MOST_SECONDS
        request.headers["Accept-Encoding"] = "identity"
        answer = super().handle_request(request)
        if answer.headers.get("content-encoding", "identity") != "identity":
            answer.close()
            raise httpx2.ReadError("packed", request=request)
        assert isinstance(answer.stream, httpx2.SyncByteStream)
        answer.stream = _Counted(answer.stream, until, request)
        return answer


class _Counted(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream, until: float, request: httpx2.Request) -> None:
        self._stream, self._until, self._request = stream, until, request

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        for piece in self._stream:
            read += len(piece)
            if read > MOST_BYTES or time.monotonic() > self._until:
                raise httpx2.ReadError("too long", request=self._request)
            yield piece

    def close(self) -> None:
        self._stream.close()
