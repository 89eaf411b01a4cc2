use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Buf, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// A connection whose first bytes were looked at and are read again.
pub(crate) struct Rewind {
    seen: BytesMut,
    stream: TcpStream,
}

impl Rewind {
    pub(crate) fn new(seen: impl Into<BytesMut>, stream: TcpStream) -> Self {
        Self { seen: seen.into(), stream }
    }

    /// What was seen and will be read again.
    pub(crate) fn seen(&self) -> &[u8] {
        &self.seen
    }

    /// Looks further; 0 at the end of the stream. Nothing is lost if this is given up.
    pub(crate) async fn look(&mut self) -> io::Result<usize> {
        self.stream.read_buf(&mut self.seen).await
    }
}

impl AsyncRead for Rewind {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.seen.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, into);
        }
        let length = self.seen.len().min(into.remaining());
        into.put_slice(self.seen.get(..length).unwrap_or_default());
        self.seen.advance(length);
        if self.seen.is_empty() {
            // The buffer was for looking ahead once.
            self.seen = BytesMut::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Rewind {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, data)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, data)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
