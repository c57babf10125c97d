"""Changes that must turn a test red: one line each, of the bounds, back-offs and guards that keep a stack up."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """`file` with the only occurrence of `old` replaced by `new`; `tests` must then fail."""

    file: str
    old: str
    new: str
    tests: str


ACCOUNTS, PROXY, KIT, JOBS = "services/gateway/accounts", "services/gateway/proxy", "services/kit", "services/catalog"
AUTHENTICATION = f"{ACCOUNTS}/authentication.py"
RATES = "services/gateway/services/rates.py"
BREAKER, TOKENS = f"{KIT}/breaker.py", f"{KIT}/http/internal_auth.py"
GATE, QUEUE = f"{JOBS}/services/jobs/model_gate.py", f"{JOBS}/storage/jobs.py"
BATCHING = "services/vision/batching"
GATEWAY_TESTS = "tests/gateway"
TRASH, TRASH_TESTS = f"{JOBS}/storage/trash.py", "tests/catalog/test_trash.py"
TENSORS = "services/protocol/tensors.py"

MUTANTS = (
    Mutant(AUTHENTICATION, "LOOKUPS = 4", "LOOKUPS = 400", f"{GATEWAY_TESTS}/test_authentication.py"),
    Mutant(AUTHENTICATION, "REFUSALS = 1_000", "REFUSALS = 100_000", f"{GATEWAY_TESTS}/test_authentication.py"),
    Mutant(AUTHENTICATION, "return RevokedKey", "pass", f"{GATEWAY_TESTS}/test_authentication.py"),
    Mutant(
        AUTHENTICATION,
        "scopes &= frozenset(credential.scopes)",
        "scopes |= frozenset(credential.scopes)",
        f"{GATEWAY_TESTS}/test_api_keys.py",
    ),
    Mutant(
        RATES,
        "left + (self._clock() - since) * self._rate, self._burst",
        "left + 1e9, 1e9",
        "tests/gateway/test_rates.py",
    ),
    Mutant(RATES, "LRUCache(CAPACITY)", "LRUCache(1_000_000)", f"{GATEWAY_TESTS}/test_rates.py"),
    Mutant(f"{PROXY}/admission.py", "body.limit(operation.body_limit)", "pass", f"{GATEWAY_TESTS}/test_gate_order.py"),
    Mutant(
        f"{PROXY}/admission.py",
        "if missing:",
        "if False:",
        f"{GATEWAY_TESTS}/test_gate_order.py",
    ),
    Mutant(f"{PROXY}/admission.py", "MAX_QUERY = 8192", "MAX_QUERY = 81920", f"{GATEWAY_TESTS}/test_proxy.py"),
    Mutant(
        "services/gateway/clients/upstream.py",
        "asyncio.Semaphore(MAX_CONNECTIONS)",
        "asyncio.Semaphore(10_000)",
        f"{GATEWAY_TESTS}/test_proxy_failures.py",
    ),
    Mutant(f"{ACCOUNTS}/api_keys.py", ">= MAX_KEYS", ">= 10 * MAX_KEYS", f"{GATEWAY_TESTS}/test_api_keys.py"),
    Mutant(
        f"{ACCOUNTS}/sessions.py",
        "keep=MAX_SESSIONS - 1",
        "keep=MAX_SESSIONS * 10",
        f"{GATEWAY_TESTS}/test_sessions.py",
    ),
    Mutant(BREAKER, "min(2 * self._pause_s, MAX_PAUSE_S)", "self._pause_s", "tests/kit/test_breaker.py"),
    Mutant(BREAKER, "min(2 * self._pause_s, MAX_PAUSE_S)", "2 * self._pause_s", "tests/kit/test_breaker.py"),
    Mutant(BREAKER, "if self._clock() < self._open_until:", "if False:", "tests/kit/test_breaker.py"),
    Mutant(TOKENS, "< claims.expires_at + LEEWAY_S", "< claims.expires_at + 3600", "tests/kit/test_internal_auth.py"),
    Mutant(
        TOKENS,
        'scope["path"].startswith("/internal/") and not principal.is_service',
        "False",
        "tests/kit/test_problems.py",
    ),
    Mutant(
        GATE, "min(2 * self._probe_pause_s, MAX_PROBE_PAUSE_S)", "self._probe_pause_s", "tests/catalog/test_pauses.py"
    ),
    Mutant(
        GATE,
        "min(2 * self._probe_pause_s, MAX_PROBE_PAUSE_S)",
        "2 * self._probe_pause_s",
        "tests/catalog/test_pauses.py",
    ),
    Mutant(GATE, "while len(self._suspects) >= BACKLOG:", "while False:", "tests/catalog/test_pauses.py"),
    Mutant(
        f"{JOBS}/services/jobs/scheduler.py",
        "min(2 * delay_s, MODEL_PAUSE_S)",
        "delay_s",
        "tests/catalog/test_pauses.py",
    ),
    Mutant(
        f"{JOBS}/services/jobs/retry.py",
        "if job.attempts < MAX_ATTEMPTS:",
        "if True:",
        "tests/catalog/test_failures.py",
    ),
    Mutant(QUEUE, "4 ** max(attempts - 1, 0)", "1", "tests/catalog/test_job_repository.py"),
    Mutant(QUEUE, ", MAX_BACKOFF_S))", ", 1e9))", "tests/catalog/test_job_repository.py"),
    Mutant(QUEUE, "Job.attempts >= MAX_LOST", "Job.attempts >= 10 * MAX_LOST", "tests/catalog/test_job_repository.py"),
    Mutant(
        f"{JOBS}/services/labels/decisions.py",
        "if decided >= MAX_DECIDED and",
        "if False and",
        "tests/catalog/test_image_labels.py",
    ),
    Mutant(
        f"{JOBS}/services/images/batches.py",
        "if len(tags) > MAX_TAGS:",
        "if False:",
        "tests/catalog/test_batch_update.py",
    ),
    Mutant(
        "services/kit/http/internal_auth.py",
        "if not hmac.compare_digest(",
        "if False and not hmac.compare_digest(",
        "tests/classifier/test_authentication.py",
    ),
    Mutant(TENSORS, "if len(described) > MAX_TENSORS:", "if False:", "tests/protocol"),
    Mutant(TENSORS, "if len(shape) > MAX_RANK or any", "if any", "tests/protocol"),
    Mutant(TENSORS, "if len(values) != count:", "if False:", "tests/protocol"),
    Mutant(TENSORS, "    if raw:\n", "    if False:\n", "tests/protocol"),
    Mutant(
        "services/vision/engines/remote/server.py",
        "and BINARY_EXTENSION in extensions",
        "",
        "tests/vision/engines/test_remote.py -k raw_bytes",
    ),
    Mutant(
        "pictor/integrity/reconcile.py",
        "if len(found.orphans) > most and not force:",
        "if False:",
        "tests/integrity/test_integrity.py",
    ),
    Mutant(
        "pictor/integrity/reconcile.py",
        "max(info.modified_at for info in objects) < before",
        "True",
        "tests/integrity/test_integrity.py",
    ),
    Mutant(
        "pictor/integrity/reconcile.py",
        "            for image_id in page:\n                if image_id not in known:",
        "            for image_id in page:\n                if True:",
        "tests/integrity/test_integrity.py",
    ),
    Mutant(
        "pictor/backup/restoring.py", "        if tables:", "        if False:", "tests/integrity/test_restoring.py"
    ),
    Mutant(
        f"{ACCOUNTS}/administration.py",
        'if gone and user.role == "admin"',
        'if False and user.role == "admin"',
        f"{GATEWAY_TESTS}/test_accounts.py",
    ),
    Mutant(f"{ACCOUNTS}/deletion.py", "if settled:", "if True:", f"{GATEWAY_TESTS}/test_account_deletion.py"),
    Mutant(
        f"{ACCOUNTS}/deletion.py",
        "if await users.inherits(user.id):",
        "if False:",
        f"{GATEWAY_TESTS}/test_account_deletion.py",
    ),
    Mutant(
        "services/catalog/services/images/ingest.py",
        "            await ImageRepository(session).name_owner(owner.identity, owner.name)",
        "            pass",
        "tests/catalog/test_quota.py",
    ),
    Mutant(f"{ACCOUNTS}/audit.py", "if changes_as_admin", "if True", f"{GATEWAY_TESTS}/test_audit.py"),
    Mutant(f"{ACCOUNTS}/pepper_check.py", "if not accept_change:", "if False:", f"{GATEWAY_TESTS}/test_pepper.py"),
    Mutant(
        AUTHENTICATION,
        "if credential.user.disabled_at is not None:",
        "if False:",
        f"{GATEWAY_TESTS}/test_accounts.py",
    ),
    Mutant(
        f"{ACCOUNTS}/sessions.py",
        'self._names.take(f"{address} {name}")',
        "self._names.take(name)",
        f"{GATEWAY_TESTS}/test_accounts.py",
    ),
    Mutant(
        f"{ACCOUNTS}/sessions.py",
        "revoke_all(user_id, but=signed_in.credential_id)",
        "revoke_all(signed_in.credential_id)",
        f"{GATEWAY_TESTS}/test_accounts.py",
    ),
    Mutant(
        "services/vision/decoding/sandbox/seccomp.py",
        "(_JUMP_SET, 0, 1, _CLONE_THREAD)",
        "(_JUMP_SET, 0, 0, _CLONE_THREAD)",
        "tests/vision/decoding/test_sandbox.py",
    ),
    Mutant(
        f"{JOBS}/services/jobs/runner.py",
        "if told is None and image is not None:",
        "if False:",
        f"{TRASH_TESTS} -k vector_made_again",
    ),
    Mutant(
        f"{JOBS}/storage/images.py",
        "(Image.deleted_at.is_not(None), Image.trashed_until.is_(None))",
        "(Image.deleted_at.is_not(None),)",
        f"{TRASH_TESTS} -k never_touches",
    ),
    Mutant(
        TRASH,
        "await PerceptualHashRepository(self._session).compare_again(held)",
        "pass",
        f"{TRASH_TESTS} -k copies",
    ),
    Mutant(TRASH, "trashed_until <= now()", "trashed_until IS NOT NULL", f"{TRASH_TESTS} -k ends_by_itself"),
    Mutant(TRASH, "and_(Image.owner_id == owner_id, ", "and_(", f"{TRASH_TESTS} -k on_its_own"),
    Mutant(
        f"{JOBS}/services/images/trash.py",
        "elif held[image_id] in there:",
        "elif False:",
        "tests/catalog/test_trash_uploads.py -k one_alone",
    ),
    Mutant(
        f"{JOBS}/storage/search/matches.py",
        "(Image.updated_at, wanted.updated_after, None)",
        "(Image.created_at, wanted.updated_after, None)",
        "tests/catalog/test_updated_after.py",
    ),
)
