//! It waits for the write and then for the disk itself. The error of the write is kept for the next call: `sync_all` returns its own.
use crate::*;

pub(crate) struct App;

// ANCHOR: save
impl Saves for App {
    async fn save(mut file: File, bill: &[String]) -> io::Result<()> {
        for line in bill {
            file.write_all(line.as_bytes()).await?;
        }
        file.sync_all().await
    }
}
// ANCHOR_END: save
