"""The directory of certificates from files: the house's packaged ones and the city's."""

from cases.certificates.loading import fill_directory
from deploy.assembly import Assembly


def fill(assembly: Assembly) -> list[str]:
    """Adds the certificates that the directory does not know yet; their codes. Raises CatalogueProblem."""
    with assembly.database.write() as session:
        return fill_directory(session, assembly.rulebook, assembly.settings.city_folders, assembly.now())
