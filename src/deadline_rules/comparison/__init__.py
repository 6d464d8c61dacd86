"""Regulations side by side: what each says on a topic, with its article, and where they differ in substance."""
