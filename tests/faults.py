"""The ledger of faults: what goes wrong, what the trader sees of it, and which tests prove that.

A proof is ``path::test``; every one of them is looked up by test_faults.py.
"""

from dataclasses import dataclass

FEEDS = "tests/data/feeds"
STORE = "tests/data/store"
SOURCES = "tests/data/sources"
VENUES = "tests/data/venues"
SHELL = "tests/pages/shell"
UNUSUAL = "tests/test_unusual_days.py"
DAY = "tests/test_compressed_day.py"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        part: transport, book, storage or page.
        seen: what the trader reads, the state, and what is counted.
        proofs: the tests, at least one.
    """

    part: str
    fault: str
    seen: str
    proofs: tuple[str, ...]


TRANSPORT = (
    Fault(
        "transport",
        "a connection is reset, ended, or ends without a goodbye",
        "STALE within a tenth of a second, 'the connection broke', the next try in so many "
        "seconds; reconnects counts one; what the old connection still brings is discarded",
        (
            f"{FEEDS}/test_transport.py::test_a_lost_connection_is_stale_at_once_and_comes_back",
            f"{FEEDS}/test_transport.py::"
            "test_after_a_visible_fault_the_next_fresh_trade_comes_within_half_a_second",
            f"{SOURCES}/test_live_books.py::"
            "test_a_lost_connection_ends_the_book_within_a_tenth_of_a_second",
            f"{SOURCES}/test_live_perpetuals.py::"
            "test_a_lost_connection_is_stale_at_once_and_a_gap_of_both_channels",
            f"{FEEDS}/test_intake.py::test_trades_of_a_connection_that_was_given_up_are_discarded",
            f"{FEEDS}/test_backoff.py::test_waits_grow_to_the_cap_and_not_beyond",
        ),
    ),
    Fault(
        "transport",
        "the venue closes with a code",
        "STALE with the code and its words; after 1008 it is left alone for long",
        (
            f"{FEEDS}/test_wire.py::test_a_close_frame_gives_its_code_and_its_words",
            f"{FEEDS}/test_transport.py::test_a_venue_that_does_not_want_us_is_left_alone_for_long",
        ),
    ),
    Fault(
        "transport",
        "a socket answers pings and brings nothing",
        "STALE, 'no trade came for so many seconds'; a market in which nobody trades stays LIVE "
        "once REST has confirmed it",
        (
            f"{FEEDS}/test_transport.py::"
            "test_a_silent_socket_is_found_by_its_missing_trades_though_it_still_answers_pings",
            f"{FEEDS}/test_transport.py::"
            "test_an_illiquid_symbol_is_not_blamed_and_its_connection_is_kept",
            f"{SOURCES}/test_live_books.py::"
            "test_a_book_that_falls_silent_is_subscribed_again_and_the_other_never_notices",
            f"{SOURCES}/test_live_perpetuals.py::"
            "test_one_silent_topic_of_a_ticker_is_told_by_name_though_the_others_speak",
        ),
    ),
    Fault(
        "transport",
        "a connection is half open, or stops in the middle of a frame",
        "STALE by the watchdog; neither reading nor closing hangs",
        (
            f"{FEEDS}/test_transport.py::test_half_a_frame_is_found_by_the_watchdog",
            f"{FEEDS}/test_wire.py::test_half_a_frame_neither_blocks_nor_loses_the_rest",
            f"{FEEDS}/test_wire.py::test_closing_behind_half_a_frame_does_not_hang",
            f"{FEEDS}/test_transport.py::test_a_ping_that_nobody_answers_ends_the_connection",
        ),
    ),
    Fault(
        "transport",
        "a handshake is never answered",
        "STALE, 'the exchange did not answer within 5 s', and tried again",
        (
            f"{FEEDS}/test_transport.py::test_a_handshake_that_hangs_is_given_up_and_tried_again",
            f"{FEEDS}/test_wire.py::test_a_handshake_that_is_never_answered_ends_in_time",
            f"{FEEDS}/test_wire.py::test_a_handshake_that_drips_ends_in_time",
        ),
    ),
    Fault(
        "transport",
        "the engine is behind",
        "sockets wait, and the venue with them: the queue is bounded and nothing is dropped; where "
        "a recorder's queue overflows, the rows are counted as lost and the span is a gap",
        (
            f"{FEEDS}/test_transport.py::test_while_the_engine_is_behind_nothing_is_lost",
            f"{UNUSUAL}::test_while_the_engine_is_behind_a_book_waits_and_loses_nothing",
            f"{SOURCES}/test_live_books.py::"
            "test_asking_never_waits_for_a_connection_that_waits_for_the_engine",
            f"{STORE}/test_recorder.py::test_rows_beyond_the_queue_are_a_counted_gap",
        ),
    ),
    Fault(
        "transport",
        "the venue ends connections at their age, or announces a restart",
        "nothing: the next connection overlaps the old one; books say 'another connection takes "
        "over' for the moment of their new snapshot",
        (
            f"{FEEDS}/test_transport.py::test_an_announced_restart_costs_nothing",
            f"{FEEDS}/test_transport.py::"
            "test_a_connection_is_replaced_before_the_venue_ends_it_by_age",
            f"{FEEDS}/test_transport.py::test_the_24_hour_cut_with_its_notice_loses_nothing",
            f"{SOURCES}/test_live_books.py::test_a_connection_that_takes_over_brings_the_book_anew",
            f"{DAY}::"
            "test_connections_are_opened_at_the_start_at_mishaps_and_before_they_grow_too_old",
        ),
    ),
    Fault(
        "transport",
        "the name does not resolve, or the certificate is not the venue's",
        "STALE with the reason; verification is never turned off",
        (
            f"{FEEDS}/test_wire.py::test_a_name_that_does_not_resolve_is_told_as_such",
            f"{FEEDS}/test_wire.py::"
            "test_a_certificate_of_another_name_or_another_authority_is_not_accepted",
            f"{FEEDS}/test_wire.py::test_a_redirect_is_not_followed",
        ),
    ),
    Fault(
        "transport",
        "REST limits, bans, refuses, fails, or answers with a page of HTML",
        "Retry-After is obeyed, a ban lasts two minutes at least; 403 and 451 are REJECTED until "
        "the next start, 'unavailable from here'; other markets go on",
        (
            f"{FEEDS}/test_refusals.py::"
            "test_retry_after_is_obeyed_and_a_ban_lasts_two_minutes_at_least",
            f"{FEEDS}/test_refusals.py::test_403_and_451_are_final_whatever_ccxt_takes_them_for",
            f"{FEEDS}/test_refusals.py::test_everything_else_is_down_for_now_and_says_how",
            f"{FEEDS}/test_rest.py::"
            "test_a_refusal_of_this_address_is_final_and_nothing_is_asked_any_more",
            f"{FEEDS}/test_rest.py::test_too_many_requests_are_waited_out",
            f"{FEEDS}/test_rest.py::test_a_venue_that_is_down_is_told_as_such_and_asked_again",
            f"{FEEDS}/test_rest.py::test_one_dead_market_does_not_close_the_other_of_its_venue",
            f"{FEEDS}/test_transport.py::"
            "test_a_venue_that_does_not_serve_this_address_is_not_asked_again",
            f"{SOURCES}/test_live.py::test_a_dead_venue_is_a_sentence_and_the_others_live",
        ),
    ),
    Fault(
        "transport",
        "a subscription is refused, limited, answered in part, or acknowledged and silent",
        "REJECTED in the venue's words, or STALE with what did not come; the other topics go on",
        (
            f"{FEEDS}/test_transport.py::"
            "test_a_refused_symbol_is_rejected_in_the_venues_words_and_the_others_go_on",
            f"{SOURCES}/test_live_books.py::"
            "test_a_book_that_is_refused_is_rejected_and_the_others_go_on",
            f"{UNUSUAL}::test_of_a_subscription_that_is_answered_in_part_only_the_rest_is_live",
            f"{FEEDS}/test_transport.py::"
            "test_an_acknowledged_topic_that_stays_silent_is_told_while_the_others_go_on",
            f"{SOURCES}/test_live_books.py::"
            "test_a_book_that_is_acknowledged_and_silent_is_stale_with_words",
            f"{FEEDS}/test_transport.py::"
            "test_the_wrong_entry_point_of_binance_is_told_not_waited_for",
            f"{FEEDS}/test_topics.py::test_requests_keep_the_venues_pace",
            f"{FEEDS}/test_topics.py::test_no_more_requests_are_made_in_any_hour_than_okx_takes",
        ),
    ),
)

BOOKS = (
    Fault(
        "book",
        "updates of a book are lost",
        "that book alone is STALE, 'updates of the book were lost', until a snapshot joins; the "
        "time between is a gap; a snapshot that is too old is asked for again",
        (
            f"{SOURCES}/test_live_books.py::"
            "test_a_gap_in_one_book_makes_only_that_one_stale_until_it_is_synced_anew",
            "tests/data/test_engine_books.py::"
            "test_lost_updates_make_the_book_stale_and_leave_a_gap_once_it_is_back",
            f"{SOURCES}/test_live_books.py::"
            "test_a_snapshot_is_asked_for_again_when_the_venue_says_so_and_not_before",
            "tests/data/buffers/test_book_machine.py::"
            "test_a_live_book_is_the_true_book_whatever_the_line_does",
            "tests/data/buffers/test_book_machine.py::"
            "test_without_its_checks_the_machine_is_found_out",
            "tests/test_spoilt.py::"
            "test_a_live_book_is_always_one_that_the_exchange_had_and_all_are_live_in_the_end",
        ),
    ),
    Fault(
        "book",
        "a message comes twice, or an old one comes late",
        "nothing: it changes nothing",
        (
            f"{FEEDS}/test_transport.py::test_repeated_frames_pass_once",
            f"{FEEDS}/test_intake.py::test_each_trade_passes_once",
            f"{VENUES}/test_bybit_sync.py::test_6_repeats_and_old_deltas_change_nothing",
            f"{VENUES}/test_okx_sync.py::test_7_what_is_older_by_the_venues_clock_changes_nothing",
        ),
    ),
    Fault(
        "book",
        "messages come out of order",
        "STALE as if one were lost: order is never guessed",
        (
            "tests/data/buffers/test_book_machine.py::"
            "test_a_live_book_is_the_true_book_whatever_the_line_does",
            f"{VENUES}/test_bybit_sync.py::test_3_and_4_ids_count_by_one_or_messages_were_lost",
            f"{VENUES}/test_okx_sync.py::"
            "test_5_a_broken_chain_is_a_loss_and_the_topic_is_subscribed_again",
        ),
    ),
    Fault(
        "book",
        "the venue restarts and counts anew",
        "LIVE: the book is replaced whole, or the chain holds",
        (
            f"{VENUES}/test_bybit_sync.py::test_2_a_restarted_service_counts_from_one",
            f"{VENUES}/test_bybit_sync.py::"
            "test_2_where_its_snapshot_was_lost_the_small_ids_are_a_loss",
            f"{VENUES}/test_okx_sync.py::"
            "test_4_after_maintenance_the_id_may_be_smaller_while_the_chain_holds",
        ),
    ),
    Fault(
        "book",
        "bids and asks cross or lock",
        "tolerated for half a second, then STALE, 'its bids and asks crossed for too long'; "
        "crossed counts the messages",
        (
            "tests/data/buffers/test_keeper.py::"
            "test_a_crossed_or_locked_book_is_tolerated_for_half_a_second_and_then_given_up",
            "tests/data/buffers/test_keeper.py::"
            "test_a_crossed_book_is_given_up_even_when_nothing_more_comes",
            "tests/data/buffers/test_keeper.py::"
            "test_where_the_venues_own_book_is_crossed_it_is_asked_for_ever_more_rarely",
        ),
    ),
    Fault(
        "book",
        "a number is none, infinite, zero, negative, huge, or one that only Python reads",
        "the message is refused, counted, and kept with its bytes; a size of nothing removes a "
        "level and is a number nowhere else",
        (
            "tests/core/domain/test_units.py::test_what_is_no_plain_decimal_is_refused",
            "tests/core/domain/test_units.py::"
            "test_the_largest_number_is_accepted_and_the_next_refused",
            f"{VENUES}/test_decode.py::"
            "test_what_python_would_take_for_a_number_is_malformed_where_it_is_no_id",
            f"{VENUES}/test_binance.py::"
            "test_a_size_that_is_no_plain_decimal_on_the_grid_is_a_bad_number",
            f"{VENUES}/test_binance_books.py::test_one_bad_level_refuses_the_whole_delta",
            f"{VENUES}/test_damage_books.py::"
            "test_a_frame_with_any_part_replaced_is_read_or_refused",
        ),
    ),
    Fault(
        "book",
        "a message is cut, binary, compressed, or larger than any should be",
        "counted among the refused, a sample is kept, the connection too; above 8 MiB it is "
        "closed, 'the exchange sent a message of so many bytes'; an archive has an allowance",
        (
            f"{FEEDS}/test_transport.py::"
            "test_a_message_that_cannot_be_used_is_counted_and_kept_and_the_connection_goes_on",
            f"{FEEDS}/test_wire.py::test_a_binary_message_is_known_as_such",
            f"{FEEDS}/test_wire.py::test_an_illegal_frame_ends_the_connection_with_words",
            f"{FEEDS}/test_wire.py::"
            "test_a_frame_that_declares_more_is_refused_before_its_payload_comes",
            f"{FEEDS}/test_wire.py::test_fragments_that_add_up_to_more_are_refused",
            f"{SOURCES}/test_live_books.py::"
            "test_a_message_of_a_book_that_cannot_be_read_starts_that_book_again",
            f"{VENUES}/test_damage.py::test_endless_nesting_is_refused",
            "tests/data/imports/test_opened.py::"
            "test_a_bomb_is_left_after_its_allowance_whatever_it_says_of_its_size",
        ),
    ),
    Fault(
        "book",
        "an event is unknown, a field is new, or a number stands for a text",
        "unknown ones are ignored; what has another type is refused and counted",
        (
            f"{VENUES}/test_binance.py::test_other_events_are_ignored_without_an_error",
            f"{VENUES}/test_binance.py::test_a_field_of_another_type_or_missing_is_malformed",
            f"{VENUES}/test_okx.py::test_a_row_of_another_shape_is_malformed",
            f"{VENUES}/test_bybit.py::test_a_row_of_another_shape_is_malformed",
        ),
    ),
    Fault(
        "book",
        "clocks disagree or go backwards, milliseconds and microseconds are mixed",
        "both times are kept and the lag is told; order goes by the venue's numbers; a unit is "
        "known by its magnitude, what is of no time in this century is refused",
        (
            f"{UNUSUAL}::test_clocks_that_disagree_change_no_order_and_are_told_as_lag",
            f"{UNUSUAL}::test_a_clock_that_is_set_drops_connections_and_loses_no_trade",
            f"{FEEDS}/test_health.py::"
            "test_the_lag_follows_the_newest_messages_and_may_be_below_zero",
            f"{VENUES}/test_okx_sync.py::test_7_a_clock_that_was_set_back_does_not_freeze_the_book",
            f"{VENUES}/test_bybit_sync.py::"
            "test_7_a_clock_that_was_set_back_does_not_lock_the_book_out",
            f"{VENUES}/test_decode.py::test_microseconds_become_nanoseconds",
            f"{VENUES}/test_decode.py::test_every_time_is_of_our_century_or_malformed",
        ),
    ),
    Fault(
        "book",
        "an instrument is delisted, renamed or halted",
        "HALTED on every channel, 'does not trade it any more, or not now'; nothing reconnects",
        (
            f"{SOURCES}/test_live.py::"
            "test_an_instrument_that_is_not_listed_any_more_is_halted_not_reconnecting",
            f"{SOURCES}/test_live_books.py::"
            "test_an_instrument_that_is_halted_is_halted_on_every_channel",
            f"{SOURCES}/test_live.py::test_a_symbol_that_does_not_exist_becomes_a_sentence",
        ),
    ),
    Fault(
        "book",
        "tick, lot, contract or funding interval change",
        "'now lists it with other steps; start again to use them'; rows keep what was true then",
        (
            f"{UNUSUAL}::"
            "test_steps_that_a_venue_changes_are_told_and_what_is_held_stays_on_the_old_ones",
            f"{UNUSUAL}::test_when_funding_is_paid_more_often_old_rows_keep_their_interval",
            "tests/data/test_engine.py::test_trades_on_steps_that_the_venue_has_changed_since_go",
            f"{STORE}/test_store.py::test_a_change_of_steps_is_read_on_one_grid",
            f"{STORE}/test_channels.py::test_a_change_of_steps_is_read_on_one_grid",
        ),
    ),
    Fault(
        "book",
        "a hundred thousand messages come within a second",
        "drawing goes on with fewer frames; every message is held",
        (
            "tests/test_load.py::"
            "test_100_000_messages_within_a_second_are_all_held_ten_seconds_later",
            f"{SHELL}/test_publisher.py::test_two_frames_are_never_closer_than_the_pause",
        ),
    ),
    Fault(
        "book",
        "a day passes, with everything that a day brings",
        "LIVE at its end; every row is stored, or lies in a gap that says why",
        (
            f"{DAY}::test_every_trade_is_stored_as_it_was_or_lies_in_a_gap",
            f"{DAY}::test_no_gap_is_told_that_was_not_injected",
            f"{DAY}::test_memory_does_not_grow_in_the_second_half",
            f"{DAY}::test_threads_and_handles_stay_as_many_as_they_were_after_the_first_hour",
        ),
    ),
)

STORAGE = (
    Fault(
        "storage",
        "the process is killed while it writes, or a file is torn",
        "what was acknowledged is there; the torn tail is in the quarantine, and the log says so; "
        "one bad file never hides the others",
        (
            f"{STORE}/test_kill.py::"
            "test_of_a_hundred_kills_none_loses_an_acknowledged_row_and_no_file_is_unreadable",
            f"{STORE}/test_kill_books.py::"
            "test_of_many_kills_none_loses_a_promised_message_or_leaves_half_of_one",
            f"{STORE}/test_repair.py::"
            "test_a_segment_cut_at_any_byte_gives_its_whole_batches_and_keeps_the_tail",
            f"{STORE}/test_repair.py::test_one_bad_file_never_hides_the_others",
            f"{STORE}/test_repair.py::test_a_lost_or_damaged_manifest_loses_nothing",
        ),
    ),
    Fault(
        "storage",
        "the disk is full",
        "'Recording has stopped', with the reason; the market goes on, recording resumes in a new "
        "segment, and what did not fit is a gap",
        (
            f"{STORE}/test_recorder.py::"
            "test_a_full_disk_stops_recording_loudly_and_it_resumes_in_a_new_segment",
            f"{STORE}/test_recorder.py::"
            "test_a_file_size_limit_stops_recording_and_what_did_not_fit_is_a_gap",
            f"{SHELL}/test_health_words.py::test_a_recorder_that_stopped_says_why",
        ),
    ),
    Fault(
        "storage",
        "two processes use one workspace",
        "the second reads, and says: in use by another Tapescope",
        (
            f"{STORE}/test_recorder.py::"
            "test_of_two_processes_one_records_and_the_other_says_that_it_does_not",
            "tests/data/test_recording.py::"
            "test_a_second_run_in_the_same_workspace_only_reads_and_says_so",
            f"{SHELL}/test_health_words.py::test_a_second_instance_is_told",
        ),
    ),
    Fault(
        "storage",
        "the computer sleeps",
        "'the clock jumped by so many seconds; the computer may have slept', STALE, and a gap of "
        "that time",
        (
            f"{FEEDS}/test_transport.py::"
            "test_after_a_sleep_of_the_computer_the_connection_is_not_believed",
            f"{FEEDS}/test_side.py::test_a_computer_that_slept_for_hours_leaves_a_gap_of_hours",
            f"{UNUSUAL}::test_a_clock_that_is_set_drops_connections_and_loses_no_trade",
        ),
    ),
    Fault(
        "storage",
        "a day ends",
        "nothing: days are UTC and half-open, the one that is over is compacted",
        (
            f"{STORE}/test_store.py::test_a_day_that_is_over_is_compacted",
            f"{DAY}::test_a_day_that_is_over_is_compacted_and_its_manifest_names_every_file",
            f"{DAY}::test_days_too_old_and_beyond_the_size_were_deleted",
            "tests/data/test_commands.py::test_a_span_is_half_open_and_in_either_form",
        ),
    ),
    Fault(
        "storage",
        "Ctrl-C",
        "everything taken is stored within two seconds; a second one does not wait for it",
        (
            f"{STORE}/test_recorder.py::test_ctrl_c_stores_everything_within_two_seconds",
            "tests/test_faults.py::test_ctrl_c_once_or_twice_ends_the_server_though_a_page_is_open",
            f"{FEEDS}/test_supervisor.py::"
            "test_every_market_runs_at_once_and_all_end_within_two_seconds",
            f"{SOURCES}/test_live.py::test_it_ends_within_two_seconds_though_nothing_answers",
        ),
    ),
    Fault(
        "storage",
        "the settings cannot be read",
        "'Defaults are in use', with the key that is wrong",
        (
            "tests/data/test_settings.py::test_a_bad_setting_is_refused_by_name",
            "tests/data/test_settings.py::test_a_file_that_is_no_text_is_refused",
            "tests/data/test_runtime.py::"
            "test_a_settings_file_that_is_wrong_is_named_and_the_defaults_hold",
        ),
    ),
)

PAGES = (
    Fault(
        "page",
        "many tabs are open, and modules are loaded again",
        "nothing: there is one engine, one writer and one publisher",
        (
            f"{UNUSUAL}::test_tabs_that_open_at_once_share_one_engine_and_one_writer",
            "tests/data/test_runtime.py::"
            "test_the_process_has_one_runtime_even_when_its_module_is_loaded_again",
            f"{SHELL}/test_running.py::"
            "test_an_edit_that_evicts_our_modules_leaves_the_one_publisher_and_its_token",
            f"{SHELL}/test_publisher.py::test_equal_specs_share_one_view_and_one_frame",
        ),
    ),
    Fault(
        "page",
        "a symbol or a reason holds HTML, Markdown or a formula",
        "outside the allow-list it is not listed; in words it stays text",
        (
            f"{VENUES}/test_decode.py::test_a_symbol_outside_the_allow_list_is_not_listed",
            f"{VENUES}/test_decode.py::test_a_coin_outside_the_allow_list_is_not_listed",
            f"{SHELL}/test_main.py::test_the_banner_says_simulated_and_outside_text_stays_text",
            f"{SHELL}/test_recordings_words.py::test_gaps_are_listed_with_their_reasons_as_text",
        ),
    ),
    Fault(
        "page",
        "an upload is a bomb, lies about its size, or is of another format",
        "left after its allowance of bytes, memory or time, in one sentence",
        (
            "tests/data/imports/test_opened.py::test_many_small_bombs_share_one_allowance",
            "tests/data/imports/test_opened.py::test_memory_does_not_grow_with_the_file",
            "tests/data/imports/test_own_parquet.py::"
            "test_a_file_that_needs_more_memory_than_a_file_may_is_left",
            "tests/data/imports/test_own_parquet.py::test_a_file_that_takes_too_long_is_left",
            "tests/data/imports/test_own_parquet.py::"
            "test_columns_that_are_not_ours_are_never_touched",
            "tests/data/imports/test_formats.py::"
            "test_a_file_of_another_format_is_refused_in_one_sentence",
        ),
    ),
    Fault(
        "page",
        "a name leads out of its folder",
        "refused: dots, links, devices and characters that no name has",
        (
            f"{STORE}/test_store.py::test_a_source_that_is_no_plain_name_is_refused",
            f"{STORE}/test_store.py::test_no_symbol_leads_out_of_its_folder",
            f"{STORE}/test_store.py::test_a_symbol_that_is_a_device_is_refused",
            f"{STORE}/test_store.py::test_nothing_is_written_or_deleted_through_a_link",
            "tests/data/imports/test_opened.py::"
            "test_a_member_whose_name_leads_elsewhere_writes_nothing_there",
            f"{SHELL}/test_recordings_page.py::test_the_name_of_an_upload_is_only_words",
        ),
    ),
    Fault(
        "page",
        "a cell of an export could be taken for a formula",
        "it is quoted; numbers stay numbers",
        (
            "tests/data/exports/test_text.py::test_no_cell_of_text_can_be_taken_for_a_formula",
            f"{SHELL}/test_recordings_words.py::test_a_list_that_is_downloaded_holds_no_formula",
        ),
    ),
    Fault(
        "page",
        "another page, another name for this machine, or nobody's token asks",
        "refused, on the page's socket and on ours",
        (
            f"{SHELL}/test_live.py::test_a_page_of_another_origin_is_not_let_in",
            f"{SHELL}/test_live.py::test_another_name_for_this_machine_is_not_let_in",
            f"{SHELL}/test_live.py::test_who_names_no_origin_is_not_let_in",
            f"{SHELL}/test_live.py::test_a_wrong_token_is_refused_with_its_code",
            "tests/test_faults.py::test_the_pages_own_socket_refuses_a_foreign_page",
        ),
    ),
)

LEDGER = (*TRANSPORT, *BOOKS, *STORAGE, *PAGES)
