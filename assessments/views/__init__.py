"""What is said over HTTP about readiness, instruments and rounds: one module a subject."""
