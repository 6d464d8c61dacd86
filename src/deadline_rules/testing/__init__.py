"""For whoever writes rule packs or tests a host against them."""
