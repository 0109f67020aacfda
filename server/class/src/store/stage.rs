//! The run that is shown, where several servers share a class: whose it is, and its output, piece by piece.

use super::{Done, Tx};
use sqlx::Row;

/// What is shown, and by which server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnStage {
    pub run: String,
    pub server: String,
    /// What the run is, and where it is shown, in the servers' own words.
    pub about: String,
    /// How it goes.
    pub said: String,
    /// Grows for as long as its server lives.
    pub beat: i64,
    /// Whether somebody asked for its end.
    pub stop: bool,
}

/// Output, from a byte on.
pub type Piece = (u64, Vec<u8>);

/// How many pieces are read at once.
const AT_ONCE: usize = 8;

/// Shows that, unless a question waits for its reveal; gives whether it is shown.
pub async fn put(tx: &mut Tx, class: &str, on: &OnStage) -> Done<bool> {
    clear(tx, class).await?;
    let put = "insert into stage (class, run, server, about, said, beat, stop) \
               select id, $2, $3, $4, $5, 0, 0 from class where id = $1 and phase in ('idle', 'reveal')";
    let put = sqlx::query(put).bind(class.to_owned()).bind(on.run.clone()).bind(on.server.clone());
    let put = put.bind(on.about.clone()).bind(on.said.clone()).execute(&mut **tx).await?;
    Ok(put.rows_affected() == 1)
}

/// Nothing is shown any more.
pub async fn clear(tx: &mut Tx, class: &str) -> Done<()> {
    for clear in ["delete from stage where class = $1", "delete from stage_piece where class = $1"]
    {
        sqlx::query(clear).bind(class.to_owned()).execute(&mut **tx).await?;
    }
    Ok(())
}

pub async fn get(tx: &mut Tx, class: &str) -> Done<Option<OnStage>> {
    let get = "select run, server, about, said, beat, stop from stage where class = $1";
    let row = sqlx::query(get).bind(class.to_owned()).fetch_optional(&mut **tx).await?;
    let read = |row: sqlx::any::AnyRow| -> sqlx::Result<OnStage> {
        Ok(OnStage {
            run: row.try_get("run")?,
            server: row.try_get("server")?,
            about: row.try_get("about")?,
            said: row.try_get("said")?,
            beat: row.try_get("beat")?,
            stop: row.try_get::<i64, _>("stop")? > 0,
        })
    };
    Ok(row.map(read).transpose()?)
}

/// More of its output, and how it goes; what begins before `keep` is deleted. Sent twice it stands there once. Gives whether it is
/// still shown.
pub async fn append(
    tx: &mut Tx,
    class: &str,
    run: &str,
    (pieces, said, keep): (&[Piece], &str, u64),
) -> Done<bool> {
    let goes = "update stage set said = $3, beat = beat + 1 where class = $1 and run = $2";
    let goes = sqlx::query(goes).bind(class.to_owned()).bind(run.to_owned()).bind(said.to_owned());
    if goes.execute(&mut **tx).await?.rows_affected() == 0 {
        return Ok(false);
    }
    for (at, bytes) in pieces {
        let piece = "insert into stage_piece (class, run, at_byte, bytes) values ($1, $2, $3, $4) on conflict do nothing";
        let piece = sqlx::query(piece).bind(class.to_owned()).bind(run.to_owned());
        piece.bind(*at as i64).bind(bytes.clone()).execute(&mut **tx).await?;
    }
    let old = "delete from stage_piece where class = $1 and run = $2 and at_byte < $3";
    let old = sqlx::query(old).bind(class.to_owned()).bind(run.to_owned()).bind(keep as i64);
    old.execute(&mut **tx).await?;
    Ok(true)
}

/// Its output from that byte on, as much as is read at once.
pub async fn pieces(tx: &mut Tx, class: &str, run: &str, from: u64) -> Done<Vec<Piece>> {
    let pieces = format!(
        "select at_byte, bytes from stage_piece where class = $1 and run = $2 and at_byte >= $3 order by at_byte limit {AT_ONCE}"
    );
    let pieces = sqlx::query(sqlx::AssertSqlSafe(pieces)).bind(class.to_owned());
    let rows = pieces.bind(run.to_owned()).bind(from as i64).fetch_all(&mut **tx).await?;
    let read = |row: &sqlx::any::AnyRow| -> sqlx::Result<Piece> {
        Ok((row.try_get::<i64, _>("at_byte")? as u64, row.try_get("bytes")?))
    };
    Ok(rows.iter().map(read).collect::<sqlx::Result<_>>()?)
}

/// Its server is to end it.
pub async fn stop(tx: &mut Tx, class: &str, run: &str) -> Done<()> {
    let stop = sqlx::query("update stage set stop = 1 where class = $1 and run = $2");
    stop.bind(class.to_owned()).bind(run.to_owned()).execute(&mut **tx).await?;
    Ok(())
}

/// How often the teacher ended all runs; 0 where there is no such class.
pub async fn stops(tx: &mut Tx, class: &str) -> Done<i64> {
    let stops = sqlx::query_scalar("select stops from class where id = $1");
    let stops: Option<i64> = stops.bind(class.to_owned()).fetch_optional(&mut **tx).await?;
    Ok(stops.unwrap_or(0))
}

/// All servers are to end all their runs; gives how often that was asked by now.
pub async fn stop_all(tx: &mut Tx, class: &str) -> Done<i64> {
    let stop = sqlx::query("update class set stops = stops + 1 where id = $1");
    stop.bind(class.to_owned()).execute(&mut **tx).await?;
    stops(tx, class).await
}
