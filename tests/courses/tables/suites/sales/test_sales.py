"""The suite of the exercise sales."""

import pandas as pd

from grader.testing import check, equal, function, unmodified


def draw(rng, rows):
    shops = [["north", "south", "west"][int(n)] for n in rng.integers(0, 3, size=rows)]
    prices = rng.uniform(1.0, 9.0, size=rows).round(2)
    return pd.DataFrame({"shop": shops, "price": prices, "count": rng.integers(1, 5, size=rows)})


def add_up(sales):
    totals = {}
    for shop, price, count in sales.itertuples(index=False):
        totals[shop] = totals.get(shop, 0.0) + price * count
    return pd.DataFrame(sorted(totals.items()), columns=["shop", "total"])


@function("total_by_shop(sales)", points=3)
class TestTotalByShop:
    @check(1, visible=True, fixed=True)
    def test_values(self, student, rng):
        """Right for five sales."""
        prices, counts = [1.5, 2.0, 3.0, 4.0, 5.0], [1, 2, 1, 3, 2]
        sales = pd.DataFrame({"shop": list("babab"), "price": prices, "count": counts})
        want = pd.DataFrame({"shop": ["a", "b"], "total": [16.0, 14.5]})
        equal(student.total_by_shop(sales), want, "the table")

    @check(1)
    def test_many(self, student, rng):
        """Right for 40 sales."""
        sales = draw(rng, 40)
        equal(student.total_by_shop(sales), add_up(sales), "the table")

    @check(1, kind="property")
    def test_unchanged(self, student, rng):
        """The argument is not changed."""
        student.total_by_shop(draw(rng, 6))
        unmodified(student)


@function("largest(sales)", points=2)
class TestLargest:
    @check(1, visible=True, fixed=True)
    def test_prices(self, student, rng):
        """Right for six sales."""
        prices = [1.5, 2.0, 3.0, 4.0, 5.0, 0.5]
        sales = pd.DataFrame({"shop": list("bababa"), "price": prices, "count": 1})
        equal(student.largest(sales), pd.Series({"a": 4.0, "b": 5.0}), "the result")

    @check(1)
    def test_many(self, student, rng):
        """Right for 40 sales."""
        sales = draw(rng, 40)
        equal(student.largest(sales), highest(sales), "the result")


def highest(sales):
    prices = {}
    for shop, price in zip(sales["shop"], sales["price"], strict=True):
        prices[shop] = max(price, prices.get(shop, 0.0))
    return pd.Series(dict(sorted(prices.items())))
