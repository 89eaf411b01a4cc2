"""A server and a client of QUIC: quic.py serve | quic.py get VERSION PORT HOST."""

import asyncio
import ssl
import sys

from aioquic.asyncio import QuicConnectionProtocol, connect, serve
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ProtocolNegotiated, QuicEvent

ONE, TWO = 0x00000001, 0x6B3343CF


class Server(QuicConnectionProtocol):
    http = None

    def quic_event_received(self, event: QuicEvent) -> None:
        if isinstance(event, ProtocolNegotiated):
            self.http = H3Connection(self._quic)
        if self.http is None:
            return
        for seen in self.http.handle_event(event):
            if isinstance(seen, HeadersReceived):
                self.http.send_headers(seen.stream_id, [(b":status", b"200"), (b"content-type", b"text/plain")])
                self.http.send_data(seen.stream_id, b"hello\n", end_stream=True)
        self.transmit()


async def serving() -> None:
    for port, retry in [(443, False), (4433, True)]:
        configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN, supported_versions=[ONE, TWO])
        configuration.load_cert_chain("server.pem", "server.key")
        await serve("10.7.0.2", port, configuration=configuration, create_protocol=Server, retry=retry)
    await asyncio.Future()


async def getting(version: int, port: int, host: str) -> None:
    configuration = QuicConfiguration(
        alpn_protocols=H3_ALPN,
        server_name=host,
        supported_versions=[version],
        original_version=version,
        verify_mode=ssl.CERT_NONE,
    )
    async with connect(host, port, configuration=configuration) as client:
        http = H3Connection(client._quic)
        stream = client._quic.get_next_available_stream_id()
        headers = [(b":method", b"GET"), (b":scheme", b"https"), (b":authority", host.encode()), (b":path", b"/")]
        http.send_headers(stream, headers, end_stream=True)
        client.transmit()
        await asyncio.sleep(0.3)


match sys.argv[1:]:
    case ["serve"]:
        asyncio.run(serving())
    case ["get", version, port, host]:
        asyncio.run(getting(TWO if version == "2" else ONE, int(port), host))
