//! `into_std` waits for the write, and so the bytes are there. Its error is kept for the next call, and there is none.
use crate::*;

pub(crate) struct App;

// ANCHOR: save
impl Saves for App {
    async fn save(mut file: File, bill: &[String]) -> io::Result<()> {
        for line in bill {
            file.write_all(line.as_bytes()).await?;
        }
        drop(file.into_std().await);
        Ok(())
    }
}
// ANCHOR_END: save
