"""Use cases: one public function, one transaction. No Flask request, no page, no clock."""
