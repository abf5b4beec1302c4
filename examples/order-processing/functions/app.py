"""The functions of the order workflow, as AWS Lambda handlers.

They keep no state and draw no random numbers: what they answer follows from the event, so a run
can be repeated and compared. Standard library only; they run on AWS Lambda unchanged.
"""

import os

STOCK = {"TEA-GREEN": 120, "TEA-BLACK": 80, "CUP-WHITE": 40, "POT-IRON": 0}
SHELVES = {"TEA-GREEN": "A-01", "TEA-BLACK": "A-02", "CUP-WHITE": "C-11", "POT-IRON": "D-04"}


class OrderInvalid(Exception):
    """The order cannot be right, however often it is tried."""


class OutOfStock(Exception):
    """Fewer pieces lie on the shelf than were ordered."""


class PaymentDeclined(Exception):
    """The bank said no."""


class PaymentGatewayBusy(Exception):
    """The gateway asks to come back later."""


def validate_order(event, context):
    """Checks the order and adds up its total, in cents and as text."""
    order = event["order"]
    for field in ("id", "customer", "currency"):
        if not isinstance(order.get(field), str) or not order[field]:
            raise OrderInvalid(f"the order has no {field}")
    items = order.get("items")
    if not isinstance(items, list) or not items:
        raise OrderInvalid("the order has no items")
    for line, item in enumerate(items, start=1):
        _check_item(line, item)
    total_cents = sum(item["quantity"] * item["unitPriceCents"] for item in items)
    return {
        "orderId": order["id"],
        "customer": order["customer"],
        "items": items,
        "totalCents": total_cents,
        "total": f"{total_cents // 100}.{total_cents % 100:02d} {order['currency']}",
    }


def _check_item(line, item):
    if not isinstance(item, dict) or item.get("sku") not in STOCK:
        raise OrderInvalid(f"line {line} names no article that we sell")
    for field in ("quantity", "unitPriceCents"):
        value = item.get(field)
        # bool is a subclass of int, and "quantity": true is no quantity.
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise OrderInvalid(f"line {line}: {field} must be a whole number of at least 1")


def charge_card(event, context):
    """Charges the card. The payment says for how many attempts the gateway is to be busy."""
    payment = event["payment"]
    if event["attempt"] < payment.get("gatewayBusyAttempts", 0):
        raise PaymentGatewayBusy(f"attempt {event['attempt']} came at a bad time")
    if payment.get("token") in (None, "tok-declined"):
        raise PaymentDeclined(f"the bank declined the card for order {event['orderId']}")
    return {
        "status": "CHARGED",
        "authorization": f"AUTH-{event['orderId']}",
        "amountCents": event["amountCents"],
    }


def reserve_item(event, context):
    """Sets the pieces of one line aside."""
    item = event["item"]
    in_stock = STOCK.get(item["sku"], 0)
    if item["quantity"] > in_stock:
        raise OutOfStock(f"{item['sku']}: {item['quantity']} ordered, {in_stock} in stock")
    return {
        "line": event["line"],
        "sku": item["sku"],
        "quantity": item["quantity"],
        "reserved": True,
        "shelf": SHELVES[item["sku"]],
    }


def ship_order(event, context):
    """Hands the parcel to the carrier."""
    pieces = sum(line["quantity"] for line in event["lines"])
    return {
        "carrier": os.environ.get("CARRIER", "the carrier"),
        "trackingNumber": f"TRK-{event['orderId']}-{pieces}",
    }


def refund_payment(event, context):
    """Gives back what was charged for the order; the same order gets the same refund."""
    return {"refundNumber": f"REFUND-{event['orderId']}", "amountCents": event["amountCents"]}


def release_inventory(event, context):
    """Puts back whatever is set aside for the order."""
    return {"released": event["orderId"]}
