"""A database that cannot write says so as 503, not as our mistake."""

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.kit.http.problems import Unavailable


@pytest.mark.parametrize(
    "condition", ["disk_full", "out_of_memory", "read_only_sql_transaction", "too_many_connections"]
)
async def test_no_room_is_unavailable(app: FastAPI, condition: str) -> None:
    raising = f"DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '{condition}'; END $$"
    with pytest.raises(Unavailable) as caught:
        async with app.state.database.transaction() as session:
            await session.execute(text(raising))
    assert int(caught.value.headers["retry-after"]) >= 1
