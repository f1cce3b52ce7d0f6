"""What people type about instruments and rounds: one module a subject. Forms clean and never save."""
