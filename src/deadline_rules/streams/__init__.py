"""Results of whole files: read, evaluated and written batch by batch, never all in memory."""
