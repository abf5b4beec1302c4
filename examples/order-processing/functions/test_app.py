"""Calls the handlers as Lambda does, without a workflow. Run: python -m unittest (in this folder)."""

import json
import pathlib
import unittest

import app

EXAMPLE = pathlib.Path(__file__).resolve().parent.parent


def load(name):
    return json.loads((EXAMPLE / name).read_text(encoding="utf-8"))


class Orders(unittest.TestCase):
    def test_a_good_order_is_added_up(self):
        validated = app.validate_order({"order": load("input.json")["order"]}, None)
        self.assertEqual(validated["totalCents"], 2490)
        self.assertEqual(validated["total"], "24.90 EUR")

    def test_a_bad_order_names_the_line(self):
        with self.assertRaisesRegex(app.OrderInvalid, "^line 2: quantity must be"):
            app.validate_order({"order": load("input-invalid.json")["order"]}, None)
        with self.assertRaisesRegex(app.OrderInvalid, "^the order has no id$"):
            app.validate_order({"order": {}}, None)

    def test_the_gateway_is_busy_as_often_as_asked(self):
        event = {"orderId": "O", "amountCents": 1, "payment": load("input.json")["payment"], "attempt": 0}
        with self.assertRaises(app.PaymentGatewayBusy):
            app.charge_card(event, None)
        self.assertEqual(app.charge_card({**event, "attempt": 1}, None)["status"], "CHARGED")

    def test_a_bad_card_is_declined(self):
        payment = load("input-payment-declined.json")["payment"]
        with self.assertRaises(app.PaymentDeclined):
            app.charge_card({"orderId": "O", "amountCents": 1, "payment": payment, "attempt": 0}, None)

    def test_an_empty_shelf_is_out_of_stock(self):
        items = load("input-out-of-stock.json")["order"]["items"]
        self.assertTrue(app.reserve_item({"orderId": "O", "line": 1, "item": items[0]}, None)["reserved"])
        for item in items[1:]:
            with self.assertRaises(app.OutOfStock):
                app.reserve_item({"orderId": "O", "line": 2, "item": item}, None)


if __name__ == "__main__":
    unittest.main()
