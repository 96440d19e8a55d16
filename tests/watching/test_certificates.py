"""A site whose certificate is not valid: told of in words, once."""

import ssl
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.crawling import crawl
from tests.sites import SampleSite


def certificate(place: Path, name: str | None = None) -> Path:
    """A certificate for `name` (None: for nothing), signed by nobody, that ended yesterday, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(timezone.utc)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "elsewhere.invalid")])
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    if name is not None:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    made = made.serial_number(1).not_valid_before(now - timedelta(days=9)).not_valid_after(now - timedelta(days=1))
    file = place / "certificate.pem"
    kept = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(kept + made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    return file


@pytest.fixture
def url(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A server that shows that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path, request.param))
    server = ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients hang up, as they should
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.mark.parametrize(("url", "lines"), [(None, 1), ("elsewhere.invalid", 0)], indirect=["url"])
def test_a_certificate_that_is_not_valid_is_told_of_once_in_a_line(url: str, lines: int, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with SampleSite() as site:
        made = crawl(site, tmp_path / "store", "-s", f"LOG_FILE={log}", url=url)
    said = log.read_text("utf-8")
    assert made.exit_code == 5
    assert f"because   {url} cannot be reached: its certificate is not valid: it has expired" in said
    assert said.count(" a certificate is not valid: ") == lines
    assert "Traceback" not in said
    assert made.log == ""  # cron mails what is on standard error
