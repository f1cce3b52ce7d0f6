"""What the tags of the ui kit draw and say: plain functions, no request and no database."""
