"""Questions over several read models, previews, and the page of notices."""
