"""What people type about programs: one module a subject. Forms clean and never save."""
