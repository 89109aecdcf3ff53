import time
from tests.journeys.looking import *
from tests.journeys.world import *
def test_probe(world, chromium):
    for role, path in [("coordinador","/gestion"),(CITIZEN,"/requerimientos/nuevo"),(VISITOR,"/registro"),(VISITOR,"/")]:
        with world.page_of(chromium, role) as page:
            t=time.perf_counter()
            page.goto(path); a=time.perf_counter()
            for f in (assert_readable, assert_keyboard, assert_skips_to_the_content):
                try: f(page)
                except AssertionError as e: print(f.__name__, str(e)[:1500])
                b=time.perf_counter(); print(role, path, f.__name__, round(b-a,2)); a=b
