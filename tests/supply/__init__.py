"""What the project is made of besides its own code, and whether any of it is known to be vulnerable: `make sbom`, `make audit`."""
