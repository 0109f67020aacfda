//! A moment for the disk. It is enough until something else holds the thread for longer, and no moment brings the error.
use crate::*;

pub(crate) struct App;

// ANCHOR: save
impl Saves for App {
    async fn save(mut file: File, bill: &[String]) -> io::Result<()> {
        for line in bill {
            file.write_all(line.as_bytes()).await?;
        }
        sleep(ms(20)).await;
        Ok(())
    }
}
// ANCHOR_END: save
