//! What only our own peers understand: refusals, presence.
