//! What reaching a reader costs.

use serde::{Deserialize, Serialize};

/// One way in which a tag's states can reach a reader, for the build's table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryCost {
    /// The word that authors write for it: `recolour`.
    pub name: String,
    /// What a reader fetches who visits every state, in bytes of files as they are.
    pub bytes: u64,
    /// Whether the tag uses this way.
    pub picked: bool,
    /// What else there is to know, in a few words: `exact`.
    pub remark: String,
}
