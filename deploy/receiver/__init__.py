"""A desk that receives evidence packs: the reference for whoever builds a real one. It uses no code of the portal."""
