"""Wrong answers."""

from grader.testing import misconception


@misconception("T-01", of="total_by_shop", hint="What does a sale of three pieces bring?")
def without_counts(sales):
    return sales.groupby("shop")["price"].sum().rename("total").reset_index()


@misconception("T-02", of="total_by_shop", hint="What is the index of your table?")
def as_index(sales):
    totals = (sales["price"] * sales["count"]).groupby(sales["shop"]).sum()
    return totals.to_frame("total")


@misconception("T-03", of="total_by_shop", hint="Does the caller's table get a new column?")
def with_a_column(sales):
    sales["total"] = sales["price"] * sales["count"]
    return sales.groupby("shop")["total"].sum().reset_index()


@misconception("T-04", of="largest", hint="Is a shop's smallest price asked for?")
def smallest(sales):
    return sales.groupby("shop")["price"].min()
