//! What was written is waited for, and the last error comes out here.
use crate::*;

pub(crate) struct App;

// ANCHOR: save
impl Saves for App {
    async fn save(mut file: File, bill: &[String]) -> io::Result<()> {
        for line in bill {
            file.write_all(line.as_bytes()).await?;
        }
        file.flush().await
    }
}
// ANCHOR_END: save
