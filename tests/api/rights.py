"""``python -m tests.api.rights``: writes the matrix of roles and routes from the policies as they are delivered."""

import yaml

from standing.services import ALL

from .test_rights import MATRIX, granted

if __name__ == "__main__":
    MATRIX.write_text(yaml.safe_dump({service.name: granted(service) for service in ALL}, sort_keys=False, width=140))
