from tests.measure.faults import catalogue, faults, provocations


def test_every_mark_names_a_fault_of_the_catalogue_and_every_code_stands_once():
    codes = [code for entries in catalogue().values() for code in entries]
    assert len(codes) == len(set(codes))
    assert set(provocations()) <= set(codes)


def test_the_table_counts_what_is_marked_and_names_what_is_not():
    tried = set(provocations())
    table = faults()
    for entries in catalogue().values():
        for code, fault in entries.items():
            assert (f"{code} {fault}" in table) == (code not in tried)
