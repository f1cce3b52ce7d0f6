"""What people type, one module a subject. Forms clean and never save."""
