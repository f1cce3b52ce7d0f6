"""What is scaled, by whom and how far: guides, steps, answers, evidence, gates."""
