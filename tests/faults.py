"""The faults that `mutations.py` puts into the package: (text, what stands in its place, tests that must notice).

A text occurs once in its module, and has as many lines as what replaces it.  A fault in a kernel has KERNEL
behind its tests, which then run with nothing compiled.
"""

from __future__ import annotations

__all__ = ["FAULTS", "KERNEL"]

KERNEL = "kernel"

VALIDATE = "tests/experiments/test_validate.py::test_"
CONTROL = f"{VALIDATE}control_"
REPORT = "tests/cli/test_report.py::test_"
ZEROS = "tests/probability/test_zeros.py::test_"
ARITHMETIC = "tests/coders/test_arithmetic.py::test_"
NUMBERS = "tests/coders/test_numbers.py::test_"
BOOK = "tests/coders/test_codebook.py::test_"
FRAME = "tests/frames/test_frame.py::test_"
FILES = "tests/frames/test_files.py::test_"
ATOMIC = "tests/frames/test_atomic.py::test_"
TABLES = "tests/reports/test_tables.py::test_"
VIEWS = "tests/reports/test_views.py::test_"
CLI = "tests/cli/test_cli.py::test_"
EXPORTS = "tests/cli/test_exports.py::test_"
COMPARE = "tests/surveys/test_compare.py::test_"
CLAIM = "tests/experiments/test_claim.py::test_"
ORDER = "tests/experiments/test_order.py::test_"
REPEAT = "tests/experiments/test_repeat.py::test_"
PLOTS = "tests/reports/test_plots.py::test_"
PAGE = "tests/reports/test_page.py::test_"
DISPLAYS = "tests/reports/test_displays.py::test_"
CROSS = "tests/surveys/test_cross.py::test_"
DEPENDENT = "tests/experiments/test_dependent.py::test_"
LEARNING = "tests/training/test_learning.py::test_"
GIVEN = "tests/frames/test_given.py::test_"
MIXING = "tests/models/test_mixing.py::test_"
LADDER = "tests/surveys/test_ladder.py::test_"
TOTALS = "tests/training/test_totals.py::test_"
TREES = "tests/reports/test_trees.py::test_"
LESSON = "tests/cli/test_lesson.py::test_"
INTERVALS = "tests/reports/test_intervals.py::test_"
LAB_PLOTS = "tests/reports/test_lab_plots.py::test_"
LAB = "tests/lab/test_lab.py::test_"
FOREIGN = "tests/foreign/test_foreign_coder.py::test_"
JUDGE = "tests/foreign/test_judge.py::test_"
WIRE = "tests/foreign/test_wire.py::test_"
PROGRAMS = "tests/foreign/test_programs.py::test_"
LEARN = "tests/training/test_learn.py::test_"
SEQUENTIAL = "tests/frames/test_sequential.py::test_"
PIECES = "tests/sources/test_pieces.py::test_"
LANES = "tests/coders/test_lanes.py::test_"
ORDERED = "tests/test_ordered.py::test_"
CLI_FILES = "tests/cli/test_cli_files.py::test_"
SPECS = "tests/test_specs.py::test_"

FAULTS: dict[str, list[tuple[str, ...]]] = {
    # ------------------------------------------------------------ models
    "training/totals.py": [
        ("(data.y, received)", "(data.y, data.y * 0)", f"{TOTALS}each_way"),
        ("2 * whole if whole > 0 else 1 - 2 * whole", "2 * abs(whole) + 1", f"{TOTALS}a_network_is_read"),
        ("return self.model_bits + self.data_bits", "return self.data_bits", f"{TOTALS}each_way"),
        ("train(x[:start], labels[:start])", "train(x[:stop], labels[:stop])", f"{TOTALS}what_is_sent_first"),
        ("return min(found, key", "return max(found, key", f"{TOTALS}the_precision"),
    ],
    "reports/plots/learn.py": [
        ("epoch.training_loss / math.log(2) for", "epoch.training_loss for", f"{PLOTS}training_shows"),
    ],
    "reports/tables/learn.py": [
        ('f"{held.payload_bits:,}",', 'f"{held.n:,}",', f"{LEARN}the_command_shows"),
        (
            '"held_out_loss_bits": held.loss_bits + held.zeros_bits',
            '"held_out_loss_bits": 0.0',
            f"{LEARN}the_command_shows",
        ),
    ],
    # ------------------------------------------------------------ the experiment
    "reports/plots/runs.py": [
        (
            "edge = 1.04 * (max(reaches) if is_shared else reach)",
            "edge = 8 * run.file_bytes",
            f"{PLOTS}a_waterfall_has",
        ),
        ("max(reaches) if is_shared else reach", "reach", f"{PLOTS}a_waterfall_has"),
        ("left=at, color=colour", "left=0, color=colour", f"{PLOTS}a_waterfall"),
        ("sign * spread / math.sqrt(n)", "sign * spread / n", f"{PLOTS}a_funnel_is"),
        ("each.scores.share(low, low + step) / step", "each.scores.share(low, low + step)", f"{PLOTS}scores_are"),
        (
            'left.plot([run.bits_per_token], [row], "o"',
            'left.plot([run.cross_entropy], [row], "o"',
            f"{PLOTS}measured_shows",
        ),
    ],
    "reports/plots/codes.py": [
        ("_SHARING = 3", "_SHARING = 1", f"{PLOTS}tokens_of_one_surprise"),
        ("if box[0] > -_LETTER[0] and not any(", "if not all(", f"{PLOTS}tokens_of_one_surprise"),
        ("2.0**-prices", "pair.q.probabilities", f"{PLOTS}bars_are"),
        ("plot([at[word]], [len(word)]", "plot([at[word]], [0]", f"{PLOTS}a_tree_has"),
        ("together = -(-size // _MOST_BARS)", "together = 1", f"{PLOTS}thousands"),
    ],
    "reports/plots/figures.py": [
        ('"svg.hashsalt": "codelen"', '"svg.hashsalt": None', f"{PLOTS}a_picture_is_the_same"),
        ('"font.size": 9', '"font.size": 8', f"{PLOTS}a_picture_says_what"),
    ],
    "reports/plots/charts.py": [
        ("round(made.floor / largest * _WIDTH)", "0", f"{PLOTS}training_in_letters"),
        ("round(value / reach * middle)", "round(value / reach)", f"{PLOTS}a_funnel_of_letters"),
        ("float(values[place]) / largest * _WIDTH)", "float(values[place]) / largest * 9)", f"{PLOTS}bars_of_letters"),
    ],
    "reports/displays.py": [
        ("{escape(str(cell))}", "{cell}", f"{DISPLAYS}foreign_tokens"),
        ('line.partition("; --all")[0]', "line", f"{DISPLAYS}a_long_one"),
        ("fixed(ledger.total, 1)", "fixed(0.0, 1)", f"{DISPLAYS}the_figures"),
        (
            "map(_without_options, render(_report(record)",
            "map(str, render(_report(record)",
            f"{DISPLAYS}a_record_that",
        ),
        ("if run.lost else []", "if False else []", f"{DISPLAYS}a_run_that"),
        ("coloured=False", "coloured=True", f"{DISPLAYS}a_record_that"),
    ],
    "reports/page.py": [
        ('" ".join(map(str.strip, text.strip().split("\\n")))', "text.strip()", f"{PAGE}no_line_is_broken"),
        ('re.split("  +", fact[2])', "[fact[2]]", f"{PAGE}wide_pages"),
        ("autoescape=True", "autoescape=False", f"{PAGE}foreign_names"),
        ("hashlib.sha256(script.encode())", "hashlib.sha256(b'')", f"{PAGE}a_page_asks_for_nothing"),
        ("body = [row for row in rows if row not in foot]", "body = rows", f"{PAGE}a_page_has_the_tables"),
        ("_MOST_ROWS = 1000", "_MOST_ROWS = 10000", f"{PAGE}a_page_is_the_same"),
        ('role="img" aria-label="{CAPTIONS[kind]}"', 'role="img"', f"{PAGE}pictures_have_words"),
    ],
    "reports/plots/report.py": [
        ("row + lower for row in rows", "row for row in rows", f"{PLOTS}no_mark_hides"),
        ("append((sizes.bits_per_byte, at[row.file]))", "append((0.0, at[row.file]))", f"{PLOTS}sizes_are"),
    ],
    "reports/tables/repeat.py": [
        ("each.scores.share(low, high)", "each.scores.share(low, high + 1)", f"{REPEAT}the_command_says"),
        ("scores.add_row(name, *cells[len(_COVERAGE) :])", "pass", f"{REPEAT}a_narrow_screen"),
        ("round(_BAR * shares[0])", "round(_BAR * shares[0] / 9)", f"{REPEAT}a_narrow_screen"),
    ],
    "reports/tables/surveys/cross.py": [
        ("in_bits(values[row][column])", "in_bits(values[column][row])", f"{CROSS}the_command_has"),
        ("range(first, min(first + _ABREAST, len(names)))", "range(first, first + 1)", f"{CROSS}many_files"),
    ],
    "experiments/claim.py": [
        ("if correction <= _LARGEST_CORRECTION and", "if correction <= 2 and", f"{CLAIM}where_the_chi_square"),
        ("law(freedom, waste / correction)", "law(freedom, waste)", f"{CLAIM}the_statistic_is_held"),
        ("law(freedom, ", "law(freedom + 1, ", f"{CLAIM}the_statistic_is_held"),
        ("(1 + hits) / (1 + draws)", "hits / draws / 2", f"{CLAIM}a_p_value_of_draws"),
        ("if asked * truth.size <= _MOST_WORK else _DRAWS", "if False else _DRAWS", f"{CLAIM}a_small_alpha"),
        ("if not hits and bound < chance:", "if False:", f"{CLAIM}what_no_draw"),
        ("log_types - waste", "-waste", f"{CLAIM}the_bound_by_types"),
        ("expected = _mean_waste(truth, n)", "expected = None", f"{CLAIM}waste_and_its_luck"),
        ("(1 - many) / 2 + (1 / many - 1) / (12 * n)", "(1 - many) / 2", f"{CLAIM}the_mean_luck_is_one"),
        ("waste - _TIE * max(1.0, waste)", "waste * (1 + _TIE) + _TIE", f"{CLAIM}a_p_value_of_draws"),
        ("PCG64(seed)", "PCG64(0)", f"{CLAIM}the_same_seed"),
        ("    if lost.size:\n", "    if False:\n", f"{CLAIM}a_token_that_p_excludes"),
        ("np.argsort(p, kind", "np.argsort(-counts, kind", f"{CLAIM}more_cells"),
        (">= self.alpha", "> self.alpha", f"{CLAIM}alpha_is_the_bound"),
    ],
    "experiments/order.py": [
        ("freedom = k * (k - 1)", "freedom = k * k - 1", f"{ORDER}true_streams"),
        ("(spread - 1) * spread / (6 * pairs", "spread / (6 * pairs", f"{ORDER}its_figures"),
        ("k * seen[:-1] + seen[1:]", "k * seen[1:] + seen[1:]", f"{ORDER}its_figures"),
        ("if k < 2 or", "if k < 2 and", f"{ORDER}too_few_pairs"),
    ],
    "reports/tables/surveys/compare.py": [
        ("if all(each.is_none for each in comparison.changes):", "if False:", f"{COMPARE}the_command_exits_3"),
        ("{bits:+,}", "{bits:,}", f"{COMPARE}the_command_exits_3"),
        ("narrow.add_row(", "wide.add_row(", f"{COMPARE}a_narrow_screen"),
    ],
    "experiments/validate.py": [
        (
            "choice, assumption(each).is_counted, price",
            "choice, False, price",
            f"{VALIDATE}a_q_counted_from_the_stream",
        ),
        (
            "assessed(sample, run, frame.header.build(),",
            "assessed(sample, run, run.choice.of(run.belief.weights),",
            f"{CONTROL}a_file_that_holds_another_code_fails_code_price",
        ),
        ("len(payload.data) + payload.info_bits // 8", "(payload.bits + sum(parts.values())) // 8", f"{FOREIGN}a_byte"),
        (
            "_decoded(frame.header, blocks, behind) for behind",
            "stream.symbols for behind",
            f"{CONTROL}a_coder_that_reads_what_follows",
        ),
        (
            "for behind in (bitarray(), _random_bits(sample.seed))",
            "for behind in (bitarray(),)",
            f"{CONTROL}a_coder_that_reads_what_follows",
        ),
        (
            "frame.payload_bits, len(data), frame",
            "frame.payload_bits, (frame.payload_bits + 7) // 8, frame",
            f"{VALIDATE}the_same_seed_gives_the_same_file_compiled_or_not",
        ),
        (
            "checks.accounting(outcome.ledger, sent.file_bytes)",
            "checks.accounting(outcome.ledger, round(outcome.ledger.total) // 8)",
            f"{CONTROL}a_byte_that_nobody_counted_fails_accounting",
        ),
    ],
    "experiments/checks.py": [
        ('return "pass" if measured else None', 'return "pass"', f"{CLI}where_nothing_is_drawn"),
        (
            "payload_bits > own_bits - _TOO_GOOD - math",
            "payload_bits > own_bits - 2 * _TOO_GOOD - math",
            f"{FOREIGN}too_good",
        ),
        ("_NEAR / n + _NEAR_A_TOKEN\n", "_NEAR\n", f"{FOREIGN}what_it_states_has"),
        ("(payload_bits + 1) * (payload_bits + 2)", "(payload_bits + 1)", f"{FOREIGN}a_length_tells"),
        ("else law.hold(payload_bits)", "else True", f"{CONTROL}a_payload_one_byte_short_or_long_fails"),
        (
            "return all(symbols is not None",
            "return any(symbols is not None",
            f"{CONTROL}a_coder_that_reads_what_follows",
        ),
        ("_SIGMAS = 5.0", "_SIGMAS = 15.0", f"{VALIDATE}the_bound_of_expectation_is_bernsteins"),
        ("_RANGE_FACTOR = 4.2", "_RANGE_FACTOR = 0.0", f"{VALIDATE}the_bound_of_expectation_is_bernsteins"),
        (
            "return abs(ideal_bits / n - moments.mean) <= _bernstein",
            "return ideal_bits / n - moments.mean <= _bernstein",
            f"{VALIDATE}the_bound_of_expectation_is_bernsteins",
        ),
        ("max(1e-6, 1e-12 * bits)", "max(1.0, 1e-12 * bits)", f"{CONTROL}an_uncounted_container_bit_fails"),
        (
            "if verdict is not None and not verdict",
            "if verdict is not None and verdict",
            f"{VALIDATE}a_failed_check_fails",
        ),
        (" and ideal_bits > own_bits - _TOO_GOOD", "", f"{LEARNING}a_code_too_good"),
        ("expectation(own, own_bits, n) is not False and ideal", "ideal", f"{LEARNING}a_code_too_good"),
    ],
    "ledger.py": [
        ("luck=ideal_bits - expected", "luck=expected - ideal_bits", f"{VALIDATE}ledger_sums"),
        ("coder=payload_bits - ideal_bits", "coder=0.0", f"{VALIDATE}ledger_sums"),
        ("mismatch = n * p.divergence(q)", "mismatch = p.divergence(q)", f"{VALIDATE}the_ledger_of_a_known_p"),
        ("return sum(self.container_parts.values())", "return 0", f"{VALIDATE}ledger_sums"),
    ],
    # ------------------------------------------------------------ probability
    "probability/zeros.py": [
        ("* zeros, escape.numerator * q.total", "* 1, escape.numerator * q.total", f"{ZEROS}an_escape_is"),
        ("if not q.is_count:", "if False:", f"{ZEROS}laplace_needs"),
        ("mean(excluded, treated))", "mean(excluded, treated) * 2)", f"{ZEROS}the_price"),
        (
            "mean(allowed, treated) - mean(allowed, surprise(q))",
            "mean(allowed, treated)",
            f"{VALIDATE}what_a_zero_policy",
        ),
        ("max(weight * unit, low)", "weight * unit or low", f"{ZEROS}a_floor_above_every_probability"),
        ("        if truth and not belief:", "        if not belief:", f"{ZEROS}refusing_a_zero_of_q_where_p_has_none"),
    ],
    # ------------------------------------------------------------ coders
    "coders/words/codebook.py": [
        ("        if not book.is_prefix_free:", "        if False:", f"{NUMBERS}words_of_which"),
        ("present = np.array(sorted(present.tolist(), key=word), np.int64)", "pass", f"{NUMBERS}long_words"),
        (
            "return not any(later[: len(word)] == word",
            "return True or any(later[: len(word)] == word",
            f"{BOOK}a_book_that_is_not_prefix_free_says_so",
        ),
        ("        if self.kraft_sum > 1:", "        if False:", f"{BOOK}a_kraft_sum_that_exceeds_1"),
        ("return self.kraft_sum == 1", "return True", f"{BOOK}a_book_is_complete_exactly"),
        ("value <<= length - before", "value <<= max(length - before, 1)", f"{BOOK}the_worked_example_has_the_words"),
    ],
    "coders/words/families.py": [
        ("given(chosen)), table.size), chosen)", "given(chosen)), table.size))", f"{NUMBERS}its_law"),
        ("if table.form != (Form.CHOSEN if is_open(chosen) else Form.NAMED):", "if False:", f"{NUMBERS}a_file_tells"),
        ("return Bounds(due, due + 1)", "return Bounds(0, due + 1)", f"{CONTROL}a_payload_one_byte_short_or_long"),
    ],
    "reports/tables/lessons.py": [
        ("yield _joined(said)\n                said =", "said +=", f"{LESSON}every_screen"),
        ('if answers else [""]', "", f"{LESSON}a_sheet_has"),
    ],
    "teaching/texts.py": [
        ("    if 1 <= int(word) <= len(names):", "    if 1 <= int(word):", f"{LESSON}a_lesson_is_named"),
        ("number, asked = number + 1, text", "number, asked = number, text", f"{LESSON}a_sheet_has"),
    ],
    "reports/book.py": [
        ("100_000, 0, stops=200", "100_000, 0", "tests/reports/test_book.py::test_a_picture_shows"),
    ],
    "foreign/wire.py": [
        ('if not _NUMBERS.fullmatch(told["array"]):', "if False:", f"{WIRE}a_header_that"),
        ("if reader.at != len(data):", "if False:", f"{WIRE}a_header_that"),
        ("if not 0 <= size <= len(self._data) - self.at:", "if False:", f"{WIRE}a_header_that"),
    ],
    "foreign/messages.py": [
        ("-(-answer.bits // 8) == len(answer.data)", "True", f"{WIRE}an_answer_that"),
        ("and bool((stated >= 0).all())", "", f"{WIRE}an_answer_that"),
        (
            "if size > most:\n            raise NoData",
            "if False:\n            raise NoData",
            f"{JUDGE}whatever_a_coder",
        ),
    ],
    "foreign/programs.py": [
        ("if self.serves else", "if False else", f"{PROGRAMS}one_that_does_not_serve"),
        ("if len(made) < size:", "if False:", f"{PROGRAMS}an_answer"),
        ("if greeting != _READY:", "if False:", f"{PROGRAMS}one_that_serves_no"),
    ],
    "lab/pieces.py": [
        ("if interval.q is None:", "if False:", f"{LAB}the_pieces"),
        ("hidden=hidden, seed=seed)", "hidden=hidden)", f"{LAB}the_pieces"),
        ("if any(pair)]", "]", f"{LAB}the_pieces"),
        ("        if not total:", "        if False:", f"{LAB}the_pieces"),
    ],
    "lab/server.py": [
        ("if error.errno == errno.EADDRINUSE:", "if False:", f"{LAB}a_port"),
        (
            "    except ImportError:\n        raise OutputError(_MISSING) from None\n    pages",
            "    except OSError:\n        raise\n    pages",
            f"{LAB}without",
        ),
    ],
    "reports/drawings/intervals.py": [
        ("            mine = part == step.part", "            mine = token == made.tokens[0]", f"{INTERVALS}every_row"),
        ("x = _x(point)", "x = _x(step.part[0])", f"{INTERVALS}the_point_is"),
        ("if made.q is not None else [(step.token, step.part)]", "if made.q is not None else []", f"{INTERVALS}of_a_q"),
    ],
    "reports/plots/lab.py": [
        ("np.flatnonzero(np.isinf(each))", "np.flatnonzero(np.isinf(prices[0]))", f"{LAB_PLOTS}beliefs"),
        ("axes.barh(1, measured,", "axes.barh(1, expected,", f"{LAB_PLOTS}what_was"),
        ("if abs(code) > 1e-6:", "if False:", f"{LAB_PLOTS}what_was"),
    ],
    "reports/drawings/paper.py": [("{escape(text)}</text>", "{text}</text>", f"{TREES}any_token")],
    "reports/drawings/trees.py": [
        ("1.5 + 4.5 * times / most", "1.5 + 4.5 / most", f"{TREES}a_message_walks"),
        ("for node in step.walk)", "for node in step.walk[:1])", f"{TREES}a_message_walks"),
        (
            "x[child] for child in children) / len(children)",
            "x[child] for child in children) / 2",
            f"{TREES}a_node_lies",
        ),
        ("math.fsum(below[child] for child in children)", "below[children[0]]", f"{TREES}a_node_lies"),
        ("_in_quotes(visible(node.token))", "visible(node.token)", f"{TREES}any_token"),
    ],
    "coders/streams/interval.py": [
        ("    while out[at] == 255:", "    while out[at] == 254:", f"{ARITHMETIC}a_carry_runs_through", KERNEL),
        (
            "        low -= WHOLE\n        carry(out, at)\n    # Whether",
            "        low -= WHOLE\n\n    # Whether",
            f"{ARITHMETIC}the_same_message_gives_these_very_bits",
            KERNEL,
        ),
        (
            "cumulative << (63 - TOTAL_BITS)",
            "(cumulative >> 20) << (83 - TOTAL_BITS)",
            f"{ARITHMETIC}the_same_message_gives_these_very_bits",
            KERNEL,
        ),
        ("point - low > width - (1 << free)", "point - low > width", f"{ARITHMETIC}whatever_three_bits_follow", KERNEL),
        (
            "    for i in range(7):",
            "    for i in range(0):",
            f"{ARITHMETIC}payloads_of_three_quarters",
            KERNEL,
        ),
    ],
    # ------------------------------------------------------------ sources
    # ------------------------------------------------------------ frames
    "frames/decoding.py": [
        ("if block.kind == BlockKind.STORED:", "if block.kind == BlockKind.LANES:", f"{MIXING}noise_is_stored"),
        ("return self._priced and bool", "return bool", f"{SEQUENTIAL}decoding_does_not"),
        ("or crc != frame.content_crc", "", f"{FRAME}a_content_checksum_that_is_wrong"),
        ("        if size > header.content_bytes:", "        if False:", f"{FRAME}a_long_token_said_often_is_not"),
        ("_JOINED = 1 << 25", "_JOINED = 1 << 35", f"{FRAME}a_long_token_said_often_is_joined"),
        ("np.flatnonzero(np.diff(ends // _JOINED)) + 1", "np.array([9])", f"{FRAME}a_long_token_said_often_is_joined"),
        (
            "        symbols, rest = symbols[:whole], symbols[whole:]\n",
            "        symbols, rest = symbols[:whole], symbols[:0]\n",
            f"{FILES}a_byte_may_lie_across_blocks",
        ),
        (
            "        if len(block.payload) != block.count * self._stored.book.longest:",
            "        if False:",
            f"{FILES}a_stored_block",
        ),
    ],
    "symbols.py": [
        ("int(np.argmax(self.symbols == self.tokens.index(token)))", "0", f"{FILES}a_token_of_probability_zero"),
    ],
    "sources/pieces.py": [
        ("        before += stream.symbols.size", "        pass", f"{PIECES}the_tokens_of_pieces"),
        ("        raise error.behind(before) from None", "        raise error", f"{PIECES}what_is_wrong"),
        ("file.read(max(size, len(held)))", "file.read()", f"{PIECES}little_is_held"),
        ("        total += counts", "        total = counts", f"{PIECES}the_tokens_of_pieces"),
    ],
    "sources/splitting.py": [
        ("    return len(found[0].encode()) if found else 0", "    return len(data)", f"{PIECES}the_tokens_of_pieces"),
        ('    return data.rfind(b"\\n") + 1', "    return len(data)", f"{PIECES}the_tokens_of_pieces"),
        (
            "    return whole_chars(data) if header < 0 else header",
            "    return len(data)",
            f"{PIECES}the_tokens_of_pieces",
        ),
        (
            "            return len(data) - back if back <",
            "            return len(data) if back <",
            f"{PIECES}the_tokens_of_pieces",
        ),
    ],
    "frames/files.py": [
        (
            "if (self._size, self._crc) != (self._content.size, self._content.crc):",
            "if False:",
            f"{FILES}a_file_that_changes",
        ),
        ("if self._size > self._content.size:", "if False:", f"{FILES}a_file_that_grows"),
    ],
    "coders/lanes.py": [
        ("    return word << (position & 7)", "    return word", f"{LANES}any_message_over_any_code", KERNEL),
    ],
    "coders/words/lanes.py": [
        ("            i0 += LANES", "            pass", f"{LANES}any_message", KERNEL),
        ("            i3 += LANES", "            pass", f"{LANES}any_message", KERNEL),
        ("        positions[lane] = position", "        pass", f"{LANES}a_lane_that_is_cut", KERNEL),
        ("            i += LANES\n", "            pass\n", f"{LANES}a_lane_of_shorter", KERNEL),
        (" <= LOOK_BITS)", " < LOOK_BITS)", f"{LANES}a_look_finds"),
    ],
    "models/counts_fast.py": [
        ("int(j < place)", "int(j <= place)", "tests/models/test_counts.py::test_few", KERNEL),
        ("        groups[group] += unit", "        pass", "tests/models/test_counts.py::test_few", KERNEL),
    ],
    "coders/streams/arithmetic_lanes.py": [
        ("    at += due\n", "    at += 1\n", f"{LANES}any_message_of_a_stream", KERNEL),
        ("        carry(out, at)", "        pass", f"{LANES}any_message_of_a_stream", KERNEL),
    ],
    "coders/streams/range_lanes.py": [
        (" and width >= LEAST_WIDTH:", ":", f"{LANES}however_seldom", KERNEL),
    ],
    "coders/streams/range_loops.py": [
        (
            "    while out[at] == WORD_MASK:",
            "    while out[at] == 0:",
            "tests/coders/test_shares.py::test_a_carry",
            KERNEL,
        ),
        ("    at += due >> 4", "    at += due", f"{LANES}any_message_of_a_stream", KERNEL),
    ],
    "coders/streams/rans_lanes.py": [
        (" + int((state >> 8) >= too_large)", "", f"{LANES}any_message_of_a_stream", KERNEL),
        ("(divisors - above <= above)", "True", "tests/coders/test_shares.py::test_a_state_is_divided"),
        ("frequencies << 8 >= 1", "frequencies << 9 >= 1", "tests/coders/test_shares.py::test_what_is_rare"),
    ],
    "coders/streams/tans_lanes.py": [
        ("    full = held >> 5", "    full = 0", f"{LANES}any_message_of_a_stream", KERNEL),
        ("    left -= cut\n", "", f"{LANES}any_message_of_a_stream", KERNEL),
    ],
    "coders/words/pairs.py": [
        (" | (lengths_of_pairs > _LONGEST_PAIR)]", "]", f"{LANES}a_pair_is_in_the_table"),
        ("symbols.size - 3 * stride", "symbols.size", f"{LANES}pairs_are", KERNEL),
        (" << length | next_pair", " << 1 | next_pair", f"{LANES}pairs_are", KERNEL),
        ("[_AT_ONCE + 1 :]", "[_AT_ONCE :]", f"{LANES}four_words"),
        ("            i += 4 * stride", "            i += 2 * stride", f"{LANES}pairs_are", KERNEL),
    ],
    "frames/header.py": [
        (
            "return 1 < len(self.tokens) <= most and",
            "return len(self.tokens) <= most and",
            f"{LANES}others_and_large",
        ),
    ],
    "ordered.py": [
        ("                each.future.cancel()", "                pass", f"{ORDERED}an_error_leaves"),
        ("needed + sum(each.needed for each in begun) > room > 0", "False", f"{ORDERED}no_more_are_at_hand"),
        ("if some and needed + size > room > 0:", "if False:", f"{ORDERED}a_few_need"),
        ("    np.empty(_KEPT, np.uint8)", "    pass", f"{ORDERED}memory_is_kept"),
        ("len(begun) > 2 * threads", "False", f"{ORDERED}few_items"),
        ("if each.made is None and each.future.cancel()", "if each.future.cancel()", f"{ORDERED}whoever_waits"),
    ],
    "inputs.py": [
        ("            if size > room:", "            if False:", f"{CLI_FILES}the_most_of_a_pipe"),
        ("and spool.most is None:", "and False:", f"{CLI_FILES}a_device_needs"),
        ("free // 2 if self.most is None", "free if self.most is None", f"{CLI_FILES}the_most_of_a_pipe"),
    ],
    "cli/files/places.py": [
        ("takes(each) and not os.path.islink(each)", "takes(each)", f"{CLI_FILES}r_takes"),
        ("        if self.remove and self.keep:", "        if False:", f"{CLI_FILES}a_call_that_means_nothing"),
    ],
    "cli/files/telling.py": [
        ("target != PIPE and not self._quiet", "not self._quiet", f"{CLI_FILES}a_line_is_told"),
        ("len(self._sizes) > 1", "len(self._sizes)", f"{CLI_FILES}a_line_is_told"),
    ],
    "belief/one.py": [
        ("else made.above(source.entropy_bits(n))", "else made", f"{DEPENDENT}a_wrong_chain"),
        ("        if source.is_sample:", "        if False:", f"{VALIDATE}luck_is_zero"),
        (
            "return source.moments(p, coder.surprises)",
            "return source.moments(self.q, coder.surprises)",
            f"{VALIDATE}the_six_friends_pay",
        ),
        ("None if believed is pair.q else", "None if False else", f"{VALIDATE}a_policy_that_changes"),
        ("        zeros.require(pair.p, believed)\n", "\n", f"{VALIDATE}an_impossible_q_is_refused_before"),
        (
            "        choice.family.require(Pair.of(p, self.q))\n",
            "        pass\n",
            f"{VALIDATE}a_probability_that_cannot_be_honoured",
        ),
        ("if source.chain is not None and self.assumed is Relative.TRUE:", "if False:", f"{DEPENDENT}believing"),
        ("return self.assumed is Relative.EMPIRICAL", "return False", f"{FILES}rounded_counts_cost"),
    ],
    "belief/dependent.py": [
        ("replace(made, mismatch=mismatch, code=made.mismatch - mismatch)", "made", f"{DEPENDENT}believing_the_truth"),
        ("if n and true != self.chain:", "if False:", f"{DEPENDENT}a_wrong_chain"),
        ("            zeros.require(pair.p, pair.q)\n", "            pass\n", f"{DEPENDENT}what_a_chain_excludes"),
        ("if source.is_given:", "if False:", f"{DEPENDENT}tokens_that_are_given"),
    ],
    "belief/learned.py": [
        ("expected = sent.ideal - (own - entropy)", "expected = sent.ideal", f"{LEARNING}where_nobody_can_tell"),
        ("if not n or source.is_sample or", "if not n or", f"{LEARNING}a_file_that_is"),
    ],
    "kernel.py": [
        ("self.done += work", "self.done = work", "tests/test_kernel.py::test_the_work_of_a_process_adds_up"),
        ("and self.done >= ENOUGH", "and True", "tests/test_kernel.py::test_the_work_of_a_process_adds_up"),
        ("and self.done >= ENOUGH", "and False", "tests/test_kernel.py::test_much_work_is_compiled"),
        ('return self.mode == "always"', "return False", "tests/test_kernel.py::test_each_mode"),
        ('self.mode = "never"', 'self.mode = "auto"', "tests/test_kernel.py::test_a_fault_of_numba"),
        (
            "self._naming(lambda called: called.plain)",
            "self._naming(lambda called: called.compiled)",
            "tests/test_kernel.py::test_each_form",
        ),
    ],
    "frames/atomic.py": [
        (
            '    if os.path.lexists(target) and not overwrite:\n        raise OutputError(f"{target}: already',
            '    if False and not overwrite:\n        raise OutputError(f"{target}: already',
            f"{ATOMIC}a_target_that_is_there_is_refused",
        ),
        (
            "            if written is not None and os.path.samestat(written, status):",
            "            if False:",
            "tests/cli/test_cli_files.py::test_the_input_is_refused_as_output",
        ),
        (
            "            temporary.unlink(missing_ok=True)\n            if isinstance",
            "            pass\n            if isinstance",
            f"{ATOMIC}an_exception_leaves_nothing",
        ),
    ],
    "specs.py": [
        ("            if os.path.isfile(spec):", "            if False:", f"{CLI}a_file_where_a_distribution"),
        ('line.count(".") > _MOST_DOTS or', "", f"{SPECS}what_is_wrong_inside_a_table"),
        ('_QUOTED.sub("", text)', "text", f"{SPECS}dots_in_quotes"),
        ("error.filename = error.filename or str(path)", "pass", f"{SPECS}a_file_that_cannot"),
        (
            "return kind + Path(spec.removeprefix(kind)).name",
            "return spec",
            f"{CLI}a_file_tells_the_names_of_its_tables",
        ),
        ("if whole and spec.startswith", "if spec.startswith", f"{SPECS}a_whole_file_is_its_own_sample"),
    ],
    # ------------------------------------------------------------ reports and the command line
    "reports/tables/validation.py": [
        ("(run.kl_divergence, run.cross_entropy, ", "(run.cross_entropy, run.kl_divergence, ", f"{VIEWS}an_experiment"),
        ("measured(run), z_score(run.z), ", "z_score(run.z), measured(run), ", f"{VIEWS}an_experiment"),
        ("    for run in experiment.runs:\n", "    for run in experiment.runs[1:]:\n", f"{VIEWS}an_experiment"),
        (
            "for first in range(_ABREAST, len(runs), _ABREAST):",
            "for first in range(_ABREAST, len(runs) - _ABREAST, _ABREAST):",
            f"{TABLES}many_runs_fit",
        ),
        ('mark = "~" if run.is_rough else ""', 'mark = ""', f"{VIEWS}a_rough_interval"),
        ("(run.ci95[1] - run.ci95[0]) / 2", "(run.ci95[1] - run.ci95[0])", f"{VIEWS}an_experiment"),
        (
            "zip(experiment.runs[::2], experiment.runs[1::2], strict=True)",
            "zip(experiment.runs[1::2], experiment.runs[::2], strict=True)",
            f"{VIEWS}the_demo",
        ),
    ],
    "reports/tables/predict.py": [
        (
            "(forecast.prices, forecast.costs, forecast.excesses)",
            "(forecast.prices, forecast.excesses, forecast.costs)",
            f"{VIEWS}a_pair",
        ),
        (
            "    for i in _shown(q.size, everything):\n",
            "    for i in _shown(q.size - 1, everything):\n",
            f"{VIEWS}a_code",
        ),
        (
            '("H(P)", f"{_number(forecast.entropy)} {unit}/token, the floor")',
            '("H(P)", f"{_number(forecast.cross_entropy)} {unit}/token, the floor")',
            f"{VIEWS}a_pair",
        ),
    ],
    "reports/tables/inspect.py": [
        (
            'f"{in_bits(frame.payload_bits / header.count)} bits/token"',
            'f"{in_bits(frame.payload_bits / header.content_bytes)} bits/token"',
            f"{VIEWS}an_inspection",
        ),
    ],
    "reports/tables/surveys/report.py": [
        ("_LEARNED if any(", "_LENGTHS if any(", f"{SEQUENTIAL}a_report_calls"),
        ("(sums.entropy, sums.mismatch, ", "(sums.mismatch, sums.entropy, ", f"{REPORT}the_table_has_a_row"),
        (
            'return "+ " if total is report.best',
            'return "+ " if total is report.totals[0]',
            f"{REPORT}the_table_has_a_row",
        ),
        ("if total is report.least:", "if total is report.best:", f"{REPORT}the_table_has_a_row"),
        ("for each in report.failures]", "for each in report.failures[:1]]", f"{REPORT}a_file_that_cannot"),
        ("sizes.add_row(name, *bytes_, *shown, said)", "pass", f"{REPORT}a_narrow_screen"),
    ],
    "reports/record.py": [
        ('return "inf" if value > 0 else "-inf"', "return None", f"{VIEWS}infinity"),
    ],
    "reports/records/validation.py": [
        (
            '"kl_divergence": run.kl_divergence',
            '"kl_divergence": run.cross_entropy',
            "tests/golden/test_golden.py::test_every_command_says_what_it_said",
        ),
    ],
    "reports/table.py": [
        ("            if column.no_wrap:", "            if False:", f"{TABLES}a_terminal_narrower"),
        (
            "yield self.wide if natural <= options.max_width else self.narrow",
            "yield self.narrow",
            f"{TABLES}the_wide_form",
        ),
        (
            'return f"{text[:head]}...{text[head + 3 - _SPEC_WIDTH :]}"',
            'return f"{text[: _SPEC_WIDTH - 3]}..."',
            f"{CLI}two_long_beliefs",
        ),
        ('f"{Path(place).name}:{thing}"', "name", f"{TABLES}the_name_of_a_coder"),
        ("lines[-1] += piece[whole:]", "lines[-1] += piece[:whole]", f"{TABLES}a_folded_name"),
        (
            "            if len(lines[-1]) + len(piece) > width:",
            "            if len(piece) > width:",
            f"{TABLES}a_folded_name",
        ),
    ],
    "reports/markdown.py": [
        (r"[\\|*<>&`", "[*<>&`", f"{EXPORTS}foreign_names"),
        ('"-" * (width + 1) + ":" if column', '"-" * (width + 2) if column', f"{EXPORTS}markdown_escapes"),
    ],
    "reports/parts.py": [
        ("yield from parts_of(report.wide)", "yield from parts_of(report.narrow)", f"{EXPORTS}all_formats"),
    ],
    "reports/records/rows.py": [
        ("value.startswith(_FORMULAS)", "False", f"{EXPORTS}a_name_that_a_spreadsheet"),
        ('"assumed", "coder", "baseline")', '"assumed", "coder")', f"{EXPORTS}speeds_stand_in"),
        ("{key: row.get(key) for key in keys}", "dict(row)", f"{EXPORTS}the_rows_of_a_report"),
        ('*map(_flat, record["failures"])', "", f"{EXPORTS}the_rows_of_a_report"),
    ],
    "models/mixing/contexts.py": [
        # What has not come yet would be looked at, by the sender alone.
        ("place - row if row else -1)", "place - row)", f"{MIXING}the_loops_are_the_plain", KERNEL),
        ("place - 2 * row if row else -1)", "place - row if row else -1)", f"{MIXING}the_bits_are_these", KERNEL),
        ("now[WORD_BEFORE], now[WORD] = now[WORD], 0", "now[WORD] = 0", f"{MIXING}the_bits_are_these", KERNEL),
    ],
    "models/mixing/slots.py": [
        ("    slots[here] = tag\n", "    slots[there] = tag\n", f"{MIXING}a_full_place_gives_up", KERNEL),
        ("        here = there\n", "        here = here\n", f"{MIXING}a_full_place_gives_up", KERNEL),
    ],
    "models/mixing/blend.py": [
        ("    return min(max(weight, -_MOST), _MOST)", "    return weight", f"{MIXING}training_goes_downhill", KERNEL),
    ],
    "models/mixing/matches.py": [
        ("alike < min(there, _COMPARED) and", "alike < min(there, 2) and", f"{MIXING}the_bits_are_these", KERNEL),
    ],
    "models/mixing/mix.py": [
        ("        if size != _BYTES:", "        if False:", f"{MIXING}other_alphabets_are_refused"),
        ("* 2.0 ** (CHANCE_BITS - LEAST_WIDTH_BITS)", "* 2.0", f"{MIXING}a_message_costs_its_ideal"),
    ],
    "models/mixing/memory.py": [
        ("+ (2 * REFINING << 16)", "", f"{MIXING}the_memory_that_is_said"),
    ],
    "surveys/ladder.py": [
        (
            "return Sizes(len(data), len(encoded), seconds), decoded == data",
            "return Sizes(len(data), len(encoded), seconds), True",
            f"{LADDER}what_does_not_come_back",
        ),
        ("climb.sizes[rung - 1].file_bytes", "climb.sizes[0].file_bytes", f"{LADDER}a_step_is_measured"),
    ],
}
