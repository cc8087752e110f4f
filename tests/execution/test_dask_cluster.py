"""Sections on the workers of a cluster, results in an object store: the same bytes, and nothing lost."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from briefkit.storage import Store
from conftest import briefkit

pytest.importorskip("distributed", reason="Dask is not installed: pip install 'briefkit[cluster]'")
pytestmark = [pytest.mark.kernel, pytest.mark.slow, pytest.mark.thorough, pytest.mark.xdist_group("cluster")]
CELLS = ['trade = brief.figure("trade")', "%%prose\nTrade was {{ trade }}."]


@pytest.fixture(scope="module")
def workers():
    """A real scheduler and two workers that may start kernels."""
    import dask
    from distributed import LocalCluster

    dask.config.set({"distributed.worker.daemon": False})
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as made:
        yield made


@pytest.fixture(scope="module")
def bucket():
    """An address in a real object store on this machine."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            patch.setenv(name, value)
        boto3.client("s3").create_bucket(Bucket="briefs")
        yield "s3://briefs/results"
    server.stop()


def test_workers_give_the_same_bytes_as_this_machine(brief, tmp_path, workers, bucket):
    """And their results, kept in the object store, serve a later run on any machine."""
    root = brief(s=CELLS, t=["print(1)"])
    address = workers.scheduler_address
    for name, more in {
        "here": ["--no-cache"],
        "there": ["--scheduler", address, "--cache", bucket],
        "again": ["--cache", bucket, "--as-of", "2019-01-31"],
    }.items():
        done = briefkit(root, "render", "--to", "html,json", "--explain", "--out", str(tmp_path / name), *more)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "here/e/manifest.json").read_bytes() == (tmp_path / "there/e/manifest.json").read_bytes()
    assert "s reused" in done.stdout and "t reused" in done.stdout


def test_pages_in_a_bucket_are_those_of_a_folder(brief, tmp_path, bucket):
    """Of each type that a browser asks for; what only an earlier render had is gone, and the page of all is of all."""
    import s3fs

    root, address = brief(s=CELLS), f"{bucket}/pages"
    for out in (str(tmp_path / "here"), address):
        for more in (["--as-of", "2019-01-31", "--to", "html,json"], ["--to", "html,pdf,json"], ["--to", "html,json"]):
            done = briefkit(root, "render", "--out", out, *more)
            assert done.returncode == 0, done.stderr
    files = s3fs.S3FileSystem(skip_instance_cache=True)
    there = files.find(address)
    made = {path.removeprefix(address.removeprefix("s3://") + "/"): files.cat_file(path) for path in there}
    here = [path for path in (tmp_path / "here").rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert made == {path.relative_to(tmp_path / "here").as_posix(): path.read_bytes() for path in here}
    assert b"e@2019-01-31/index.html" in made["index.html"].replace(b"%40", b"@") and "e/brief.pdf" not in made
    files.invalidate_cache()
    assert files.info(f"{address}/e/index.html")["ContentType"] == "text/html"


def test_a_bucket_that_is_not_there_is_named_before_anything_runs(brief, bucket):
    root = brief(s=["open('ran', 'w')"])
    done = briefkit(root, "render", "--no-cache", "--out", "s3://nowhere/pages")
    assert (
        done.returncode == 2 and "--out s3://nowhere/pages/: found The specified bucket does not exist" in done.stderr
    )
    assert not [*root.rglob("ran")]


def test_a_store_in_a_bucket_notices_damage(bucket):
    """As a folder does."""
    import s3fs

    store = Store(bucket)
    store.write("x/a", {"value": 1})
    assert Store(bucket).read("x/a") == {"value": 1} and store.names("x") == ["x/a"]
    s3fs.S3FileSystem().pipe_file(f"{bucket}/x/a", b"spoilt")
    again = Store(bucket)
    assert again.read("x/a") is None and again.damaged == ["x/a"]


def test_a_killed_worker_loses_nothing(brief, tmp_path, workers):
    """Its section is given to the other one."""
    begun = tmp_path / "begun"
    waits = f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(4)"
    root = brief(s=[*CELLS, waits])
    with ThreadPoolExecutor(1) as pool:
        line = ["render", "--to", "json", "--scheduler", workers.scheduler_address, "--no-cache"]
        running = pool.submit(briefkit, root, *line)
        while not begun.exists():
            time.sleep(0.05)
        (busy,) = [address for address, state in workers.scheduler.workers.items() if state.processing]
        nanny = next(one for one in workers.workers.values() if one.worker_address == busy)
        nanny.process.process._process.kill()
        done = running.result(timeout=120)
    assert done.returncode == 0, done.stderr
    assert (root / "build/e/edition.json").is_file()


def test_a_failing_section_is_named_as_here(brief, workers):
    done = briefkit(brief(s=["1 / 0"]), "render", "--scheduler", workers.scheduler_address)
    assert done.returncode == 1 and "01_s.ipynb: cell 4: ZeroDivisionError" in done.stderr


def test_a_scheduler_that_is_not_there_is_named(brief):
    done = briefkit(brief(s=CELLS), "render", "--scheduler", "tcp://127.0.0.1:1")
    assert done.returncode == 2 and 'found nobody at "tcp://127.0.0.1:1"' in done.stderr
