"""How ready a program is: scores, snapshots, and later instruments and rounds."""
