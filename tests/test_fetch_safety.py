"""Where a crawl may not go, what it never tells, and what it needs."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import os
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.fetching import PROGRAM, fetch, stored
from tests.website import Reply, index, page, skill, website

from skillprofiles.cli import main

SECRET = "tr0ub4dor-and-3"


def test_other_hosts_are_left_alone_unless_they_are_allowed(tmp_path: Path) -> None:
    with website() as site, website("127.0.0.2") as other:
        for host in (site, other):
            host.serve("/skills/kafka", page(skill("kafka")))
        for name in ("link", "dbt"):
            other.serve(f"/skills/{name}", page(skill(name)))
        away = Reply(status=301, headers={"Location": f"{other.url}/skills/dbt"})
        site.serve("/skills/dbt", page(skill("dbt")))
        site.serve("/skills", index("/skills/kafka", "/skills/dbt", f"{other.url}/skills/link"))
        assert fetch(tmp_path / "a", f"{site.url}/skills").code == 0
        site.serve("/skills/dbt", away)
        result = fetch(tmp_path / "a", f"{site.url}/skills")
        assert other.log == []
        assert result.code == 1
        message = result.found("SP022")[f"{site.url}/skills/dbt"]
        assert message.endswith("which is not followed: it is another host")
        assert "en/dbt.html" in stored(tmp_path / "a")

        # 127.0.0.2 is allowed as a host, and still a private address where no start is.
        allowed = ["--allow-host", other.url]
        private = fetch(tmp_path / "b", f"{site.url}/skills", *allowed, "--retries", "0")
        assert other.log == []
        assert "127.0.0.2, inside a private network" in str(private.found("SP020"))

        # Named as a start, it is followed to: the page keeps the name it was linked under.
        starts = [f"{site.url}/skills", f"{other.url}/skills/kafka"]
        done = fetch(tmp_path / "c", *starts, *allowed)
        assert done.code == 0
        assert {"/skills/dbt", "/skills/link"} <= set(other.asked())


@pytest.mark.parametrize("host", ["127.1.2.3", "127.2", "0x7f000002", "2130706434", "[::1]"])
def test_no_spelling_of_a_private_address_is_connected_to(tmp_path: Path, host: str) -> None:
    """What counts is what a name is resolved to, so no spelling of an address gets around it."""
    with website() as site:
        site.serve("/skills", index(f"http://{host}:9/skills/x"))
        result = fetch(
            tmp_path, f"{site.url}/skills", "--allow-host", f"{host}:9", "--retries", "2"
        )
        assert result.code == 1
        message = str(result.found("SP020"))
        assert "inside a private network, and no start is there" in message
        assert result.record["statuses"] == {"200": 1, "404": 1}


def test_credentials_go_to_the_start_only_and_are_never_told(tmp_path: Path) -> None:
    with website() as site, website("127.0.0.2") as other:
        site.serve("/skills", index("/skills/kafka", f"{other.url}/skills/dbt"))
        site.serve("/skills/kafka", page(skill("kafka")), headers={"Set-Cookie": f"x={SECRET}"})
        for path in ("/skills/dbt", "/skills/sql"):
            other.serve(path, page(skill(path[8:])))
        starts = [f"{site.url}/skills", "--allow-host", other.url]
        variables = {"SKILLPROFILES_FETCH_USER": "ada", "SKILLPROFILES_FETCH_PASSWORD": SECRET}
        result = fetch(tmp_path / "a", *starts, "--log-format", "json", **variables)
        sent = {visit.headers.get("authorization") for visit in site.log}
        assert sent == {"Basic YWRhOnRyMHViNGRvci1hbmQtMw=="}
        assert not any("authorization" in visit.headers for visit in other.log)
        token = {"SKILLPROFILES_FETCH_TOKEN": SECRET, "SKILLPROFILES_FETCH_COOKIE": f"s={SECRET}"}
        site.forget()
        fetch(tmp_path / "b", *starts, "--warc", **token)
        assert {visit.headers["authorization"] for visit in site.log} == {f"Bearer {SECRET}"}
        assert {visit.headers["cookie"] for visit in site.log} == {f"s={SECRET}"}
        everything = result.out + result.err
        for file in tmp_path.rglob("*"):
            if file.is_file():
                data = file.read_bytes()
                assert SECRET.encode() not in data, file
                assert b"YWRhOnRy" not in data, file
        assert SECRET not in everything


def test_credentials_do_not_follow_to_a_host_that_is_no_start(tmp_path: Path) -> None:
    with website() as site:
        site.serve("/skills", index("/skills/kafka"))
        site.serve("/skills/kafka", page(skill("kafka")))
        # The same machine under a name of its own is another host.
        name = site.url.replace("127.0.0.1", "localhost")
        site.serve("/skills/dbt", page(skill("dbt")))
        site.serve("/skills", index(f"{name}/skills/dbt", "/skills/kafka"))
        variables = {"SKILLPROFILES_FETCH_TOKEN": SECRET}
        result = fetch(tmp_path, f"{site.url}/skills", "--allow-host", name, **variables)
        assert result.code == 0
        shown = {
            v.headers["host"].partition(":")[0]: "authorization" in v.headers for v in site.log
        }
        assert shown == {"127.0.0.1": True, "localhost": False}


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate for 127.0.0.1 that signs itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.TraditionalOpenSSL
    private = key.private_bytes(serialization.Encoding.PEM, form, plain)
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return file, context


def test_a_certificate_has_to_be_valid(tmp_path: Path) -> None:
    file, context = certificate(tmp_path)
    with website(tls=context) as site:
        site.serve("/skills", index("/skills/kafka", "/skills/dbt"))
        site.serve("/skills/kafka", page(skill("kafka")))
        plain = site.url.replace("https:", "http:")
        site.serve("/skills/dbt", Reply(status=302, headers={"Location": f"{plain}/skills/dbt2"}))
        refused = fetch(tmp_path / "a", f"{site.url}/skills")
        assert refused.code == 1
        assert "certificate of the server is not valid" in str(refused.found("SP020"))
        assert site.log == []
        trusted = fetch(tmp_path / "b", f"{site.url}/skills", SSL_CERT_FILE=str(file))
        assert trusted.code == 0
        assert set(stored(tmp_path / "b")) == {"en/kafka.html"}
        assert "/skills/dbt2" not in site.asked()


USAGE = [
    (["ftp://site.example/"], "is not an address that starts with http:// or https://"),
    (["https://ada:pw@site.example/"], "must not carry a user name or password"),
    (["nowhere.txt"], "'nowhere.txt' is neither an address nor a file of addresses"),
    (["list.txt"], "list.txt:2: 'file:///etc/passwd' is not an address"),
    (["empty.txt"], "there is no address to start from"),
    (["https://site.example/", "--lang", "fr"], "'fr' is not a language that is read"),
    (["https://site.example/", "--contact", "me"], "neither an e-mail address nor a web address"),
    (["https://site.example/", "--allow-host", "a/b"], "'a/b' is not the name of a host"),
    (["https://site.example/", "--max-bytes", "many"], "is no number of bytes"),
    (["https://site.example/", "--scope", "x"], "'x' is not an address"),
]


@pytest.mark.parametrize(("arguments", "message"), USAGE, ids=lambda value: str(value)[:40])
def test_bad_usage_is_one_line_and_exit_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("list.txt").write_text("https://a.example/\nfile:///etc/passwd\n", encoding="utf-8")
    Path("empty.txt").write_text("# nothing\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["fetch", *arguments, "--to", "raw"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert "ada" not in result.stderr
    assert not Path("raw").exists()


def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['scrapy'] = sys.modules['warcio'] = None\n"
        "from skillprofiles.cli import main; main(sys.argv[1:])"
    )
    command = [sys.executable, "-c", code, "fetch", "https://a.example/", "--to", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.endswith("pip install 'skillprofiles[fetch]'\n")
    assert done.stderr.count("\n") == 1
    help_text = subprocess.run(
        [sys.executable, "-c", code, "fetch", "--help"], capture_output=True, text=True, check=True
    )
    assert "--allow-host" in help_text.stdout


def test_quiet_says_nothing_and_json_tells_every_address(tmp_path: Path) -> None:
    with website() as site:
        site.serve("/skills", index("/skills/kafka", "/skills/gone"))
        site.serve("/skills/kafka", page(skill("kafka")))
        quiet = fetch(tmp_path / "a", f"{site.url}/skills", "--quiet")
        assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
        logged = fetch(tmp_path / "b", f"{site.url}/skills", "--log-format", "json")
        assert logged.out == ""
        events = [json.loads(line) for line in logged.err.splitlines()]
        outcomes = {
            event["url"]: event["outcome"] for event in events if event["event"] == "address"
        }
        assert outcomes[f"{site.url}/skills/kafka"] == "new"
        assert outcomes[f"{site.url}/skills/gone"] == "missing"
        assert events[-1]["event"] == "fetched"
        assert events[-1]["pages"]["new"] == 1


def test_progress_shows_on_a_terminal_and_is_wiped_away(tmp_path: Path) -> None:
    with website() as site:
        site.serve("/skills", index(*(f"/skills/skill-{n}x" for n in "abcdef")))
        for n in "abcdef":
            site.serve(f"/skills/skill-{n}x", page(skill(f"skill-{n}x")))
        master, slave = os.openpty()
        process = subprocess.Popen(
            [*PROGRAM, "fetch", f"{site.url}/skills", "--to", str(tmp_path), "--delay", "0.15"],
            stdout=slave,
            stderr=slave,
        )
        os.close(slave)
        shown = b""
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        os.close(master)
        assert process.wait() == 0
    text = shown.decode()
    assert "requests/min" in text
    assert "skill pages, " in text
    last = text.rpartition("\r")[2]
    assert "Fetching" not in text[text.index("6 skill pages: 6 new") :]
    assert last is not None


def test_names_on_a_site_cannot_steer_the_terminal(tmp_path: Path) -> None:
    with website() as site:
        site.serve("/skills/kafka", page(skill("kafka")))
        fetch(tmp_path, f"{site.url}/skills/kafka")
        evil = "<html><head><title>\x1b[2J5 pages: 5 accepted\u202e</title></head><body>x</body></html>"
        site.serve("/skills/kafka", evil)
        result = fetch(tmp_path, f"{site.url}/skills/kafka")
        assert result.codes == ["SP021"]
        assert "\x1b" not in result.out
        assert "\u202e" not in result.out


def test_nothing_is_left_behind_by_a_crawl_that_never_began(tmp_path: Path) -> None:
    result = fetch(tmp_path / "raw", "http://127.0.0.1:9/skills", "--retries", "1")
    assert (result.code, result.err) == (1, "")
    assert "the connection was refused" in result.out
    assert stored(tmp_path / "raw") == {}
