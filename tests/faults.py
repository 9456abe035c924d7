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
SURVEY = "tests/surveys/test_survey.py::test_"
PREDICT = "tests/experiments/test_predict.py::test_"
INFORMATION = "tests/probability/test_information.py::test_"
FREQUENCIES = "tests/probability/test_frequencies.py::test_"
ZEROS = "tests/probability/test_zeros.py::test_"
DISTRIBUTION = "tests/probability/test_distribution.py::test_"
ARITHMETIC = "tests/coders/test_arithmetic.py::test_"
CATALOG = "tests/coders/test_catalog.py::test_"
NUMBERS = "tests/coders/test_numbers.py::test_"
BOOK = "tests/coders/test_codebook.py::test_"
PREFIX = "tests/coders/test_prefix.py::test_"
WORDS = "tests/coders/test_words.py::test_"
FRAME = "tests/frames/test_frame.py::test_"
FILES = "tests/frames/test_files.py::test_"
ATOMIC = "tests/frames/test_atomic.py::test_"
SOURCES = "tests/sources/test_sources.py::test_"
TOKENS = "tests/sources/test_tokens.py::test_"
TABLES = "tests/reports/test_tables.py::test_"
VIEWS = "tests/reports/test_views.py::test_"
CLI = "tests/cli/test_cli.py::test_"
EXPORTS = "tests/cli/test_exports.py::test_"
COMPARE = "tests/surveys/test_compare.py::test_"
CLAIM = "tests/experiments/test_claim.py::test_"
ORDER = "tests/experiments/test_order.py::test_"
API = "tests/test_api.py::test_"
REPEAT = "tests/experiments/test_repeat.py::test_"
SABOTAGE = "tests/experiments/test_sabotage.py::test_"
PLOTS = "tests/reports/test_plots.py::test_"
PAGE = "tests/reports/test_page.py::test_"
DISPLAYS = "tests/reports/test_displays.py::test_"
CROSS = "tests/surveys/test_cross.py::test_"
CONTEXTS = "tests/models/test_contexts.py::test_"
CHAIN = "tests/probability/test_chain.py::test_"
CHAINS = "tests/models/test_chains.py::test_"
MARKOV = "tests/sources/test_markov.py::test_"
DEPENDENT = "tests/experiments/test_dependent.py::test_"
LEARNING = "tests/training/test_learning.py::test_"
NETWORK = "tests/training/test_network.py::test_"
SPARSE = "tests/models/test_sparse.py::test_"
GIVEN = "tests/frames/test_given.py::test_"
LABELLED = "tests/training/test_labelled.py::test_"
TOTALS = "tests/training/test_totals.py::test_"
CHARACTERS = "tests/training/test_characters.py::test_"
LAWS = "tests/theorems/test_laws.py::test_"
TREES = "tests/reports/test_trees.py::test_"
LESSON = "tests/cli/test_lesson.py::test_"
INTERVALS = "tests/reports/test_intervals.py::test_"
LAB_PLOTS = "tests/reports/test_lab_plots.py::test_"
LAB = "tests/lab/test_lab.py::test_"
FOREIGN = "tests/foreign/test_foreign_coder.py::test_"
OUTSIDE = "tests/foreign/test_foreign_report.py::test_"
JUDGE = "tests/foreign/test_judge.py::test_"
WRONG_ONE = f"{JUDGE}a_coder_with_one_thing_wrong_is_caught_by_the_case_for_it"
WIRE = "tests/foreign/test_wire.py::test_"
SHAPES = "tests/foreign/test_shapes.py::test_"
PROGRAMS = "tests/foreign/test_programs.py::test_"
TRACE = "tests/experiments/test_trace.py::test_"
LEARN = "tests/training/test_learn.py::test_"
COUNTS = "tests/models/test_counts.py::test_"
SEQUENTIAL = "tests/frames/test_sequential.py::test_"
ROWS = "tests/models/test_rows.py::test_"
WEIGH = "tests/training/test_weigh.py::test_"
SPECS = "tests/test_specs.py::test_"
LEDGER = "tests/test_ledger.py::test_"

FAULTS: dict[str, list[tuple[str, ...]]] = {
    # ------------------------------------------------------------ models
    "models/counts.py": [
        ("+ math.log(chance) - math.log1p(-chance)", "+ math.log(chance)", f"{LEARNING}what_counting"),
        ("12 * math.sqrt(n * chance * (1 - chance)) + 60", "1.0", f"{LEARNING}what_counting"),
        (
            "below += int(groups[group])\n        group += 1",
            "below += int(groups[group])\n        group += 2",
            f"{COUNTS}the_compiled",
            KERNEL,
        ),
        (
            "frequencies[symbol] += unit\n        groups[symbol >> group_bits] += unit\n        total += unit\n    return finish",
            "frequencies[symbol] += unit\n        groups[symbol >> group_bits] += unit\n        total += 1\n    return finish",
            f"{COUNTS}the_compiled",
            KERNEL,
        ),
        ('"kt": Fraction(1, 2)', '"kt": Fraction(1, 3)', f"{COUNTS}the_price_of_learning"),
        ("(math.lgamma(count + a) - math.lgamma(a))", "math.lgamma(count + a)", f"{COUNTS}the_price_of_learning"),
        ("(LARGEST_TOTAL - 1 -", "(99 * LARGEST_TOTAL -", f"{COUNTS}what_cannot_be_counted"),
        (
            "(size - 1) / 2 * math.log2(n / (2 * math.pi))",
            "(size - 1) / 2 * math.log2(n)",
            f"{COUNTS}the_price_of_learning",
        ),
    ],
    "models/quantise.py": [
        ("if others and symbol == owned.size - 1:", "if False:", f"{SPARSE}what_is_listed", KERNEL),
        ("float(rows[i, symbol]) * TOTAL >= 1.0", "True", f"{ROWS}a_token_without_a_share", KERNEL),
        ("not 0.0 <= float(row[j]) <= 2.0", "not float(row[j]) <= 2.0", f"{ROWS}a_row_that_is_no", KERNEL),
        ("float(TOTAL) if total == TOTAL else", "", f"{ROWS}one_row_for_all", KERNEL),
    ],
    "models/rows.py": [
        ("literals * math.log2(max(self.others, 1))", "0.0", f"{SPARSE}each_token_costs"),
        ("if _folded(int(state[3])) != fingerprint:", "if False:", f"{ROWS}a_receiver_whose"),
        ("4: 1e-4,", "4: 1e-2,", f"{ROWS}a_row_that_is_no"),
        ("int(state[2]) - 8, symbols.size)", "0, symbols.size)", f"{ROWS}a_payload_that_ends"),
    ],
    "training/arrays.py": [
        ("allow_pickle=False", "allow_pickle=True", f"{WEIGH}what_cannot_be_weighed"),
        ("[at - begin : end - begin]", "[at - begin :]", f"{WEIGH}a_folder_of_parts"),
        ("return np.array(_loaded(self.path)[rows])", "return _loaded(self.path)[:]", f"{WEIGH}a_folder_of_parts"),
    ],
    "cli/weigh.py": [
        ("check_target(Path(output), overwrite=force)", "pass", f"{WEIGH}what_does_not_go"),
        ("protect([output], [encoded, probs, *sparse])", "pass", f"{WEIGH}what_does_not_go"),
    ],
    "training/labelled.py": [
        ("if odd.size > _MOST_ODD * values.size:", "if True:", f"{LABELLED}a_slip_in_a_column"),
        ("np.flatnonzero(~np.isfinite(values))", "np.flatnonzero(np.isnan(values))", f"{LABELLED}a_slip_in_a_column"),
        ("words[name] = len(set(cells))", "words[name] = len(cells)", f"{LABELLED}a_column_that_is_words"),
        ("np.random.PCG64([seed, 1])", "generator(seed)", f"{LABELLED}what_is_held_out"),
        ("values[own].mean()", "values.mean()", f"{LABELLED}numbers_are"),
        ("_held_out(n, seed)[0]", "_held_out(n, seed)[1][: n // _HELD_OUT]", f"{LABELLED}the_truth_stands"),
        ("if len(classes) < 2:", "if False:", f"{LABELLED}what_cannot_be"),
        ("(10 + wind, 15, 20 - wind)", "(10, 15, 20)", f"{LABELLED}the_floor_of"),
    ],
    "theorems/catalog.py": [
        ("all(finding.holds for _, finding in self.found)", "True", f"{LAWS}one_law_that_fails"),
    ],
    "experiments/trace.py": [
        ("belief, over = belief.over(tokens), stream.over(tokens)", "over = stream.over(tokens)", f"{TRACE}a_carry"),
        ("self.payload == self.own and back == self.tokens", "self.payload == self.own", f"{TRACE}another_payload"),
        ("self.payload == self.own and back == self.tokens", "back == self.tokens", f"{TRACE}another_payload"),
        ("not sent.startswith(before)", "False", f"{TRACE}a_carry"),
        ("left[0] + wide * part[1]", "left[0] + wide", f"{TRACE}on_paper"),
        ("Fraction(step.offset, step.width)", "part[0]", f"{TRACE}the_decoder"),
    ],
    "theorems/codes.py": [
        ("        if left & words:", "        if False:", f"{LAWS}a_law_holds"),
        ("if not any(word.startswith(other) for other in chosen):", "if True:", f"{LAWS}a_law_holds"),
        ("b.startswith(a) for a, b in itertools.permutations", "a == b for a, b in zip", f"{LAWS}words_that_begin"),
        ("and same == 0,", "or same == 0,", f"{LAWS}a_law_with_one"),
        ("min(above) >= -1e-9 and drawn_below == 0", "drawn_below == 0", f"{LAWS}a_law_with_one"),
        ("expected == {p.entropy} and above == 0", "True", f"{LAWS}a_law_with_one"),
        ("max(above) < 2 + 1e-3", "True", f"{LAWS}a_law_with_one"),
    ],
    "theorems/contexts.py": [
        ("abs(together - apart) <= 5", "True", f"{LAWS}a_law_with_one"),
        ("-0.1 <= bits - loss < 2.1", "True", f"{LAWS}a_law_with_one"),
    ],
    "theorems/samples.py": [
        ("least <= size <= most", "least <= size", f"{LAWS}a_law_with_one"),
        ("bits == 0 and flips == n", "flips == n", f"{LAWS}a_law_with_one"),
        ("abs(mean - due) <= reach)", "True)", f"{LAWS}a_law_with_one"),
    ],
    "theorems/measures.py": [
        ("abs(mean - entropy) <= reach", "True", f"{LAWS}a_law_with_one"),
        ("all(near))", "True)", f"{LAWS}a_law_with_one"),
        ("furthest < 1e-6 and least > 0", "True", f"{LAWS}a_law_with_one"),
    ],
    "training/totals.py": [
        ("(data.y, received)", "(data.y, data.y * 0)", f"{TOTALS}each_way"),
        ("2 * whole if whole > 0 else 1 - 2 * whole", "2 * abs(whole) + 1", f"{TOTALS}a_network_is_read"),
        ("return self.model_bits + self.data_bits", "return self.data_bits", f"{TOTALS}each_way"),
        ("train(x[:start], labels[:start])", "train(x[:stop], labels[:stop])", f"{TOTALS}what_is_sent_first"),
        ("return min(found, key", "return max(found, key", f"{TOTALS}the_precision"),
    ],
    "training/epochs.py": [
        ("and self.decodes_alone is not False", "", f"{LEARN}a_text_is_read"),
        ("all(total.comes_back for total in self.totals)", "True", f"{TOTALS}learn_has"),
        ("self.furthest <= _NEAR", "True", f"{LEARN}a_payload_that_is_not"),
        ("float(right[here].mean())", "float(most[here].mean())", f"{LEARN}calibration_counts"),
    ],
    "training/learn.py": [
        ("name = data.classes[int(error.token)]", "name = error.token", f"{LEARN}what_is_impossible"),
        ("- model.ideal_bits(stream.symbols[:cut])", "", f"{LEARN}what_others_need"),
        ("if not math.isfinite(loss) or", "if False and", f"{LEARN}a_loss_that_goes"),
        ("(now, 0) if now < least", "(now, 0) if now > least", f"{LEARN}training_stops"),
        ("manner=Manner(zeros=plan.zeros)", "manner=Manner()", f"{LEARN}a_floor_makes"),
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
    "training/weigh.py": [
        ("held = all(made.bounds.hold(bits) for", "held = all(True for", f"{WEIGH}a_payload_that"),
        ("return bits * math.log(2) / self.n", "return bits / self.n", f"{WEIGH}the_loss_is"),
        ('"code": self.ideal_bits - self.loss_bits - self.zeros_bits', '"code": 0.0', f"{WEIGH}the_loss_is"),
        ("self.payload_bits / self.content_bytes", "self.payload_bits / self.n", f"{WEIGH}bytes_of_the_text"),
        (
            "round_trip(symbols, decode_rows(io.BytesIO(data), predictions, manner, listing, NO_LIMITS))",
            "True",
            f"{WEIGH}a_wrong_decode",
        ),
    ],
    "models/catalog.py": [
        ("if told == (number,):", "if told:", f"{SEQUENTIAL}a_made_up"),
        ("if order else Counting", "if order > 1 else Counting", f"{CONTEXTS}a_longer_context"),
        ("found.numbers == told:", "found.numbers:", f"{CONTEXTS}a_recipe_that_no_file"),
    ],
    "models/contexts.py": [
        ("if alike == order:", "if alike > 0:", f"{CONTEXTS}contexts_of_the_same_place", KERNEL),
        (
            "least * symbol + unit * below, least + unit * _count(memory, link, symbol)\n        low,",
            "least * symbol + unit * below, least + unit * int(memory.counts[link])\n        low,",
            f"{CONTEXTS}the_compiled",
            KERNEL,
        ),
        ("if point < end:", "if point <= end:", f"{CONTEXTS}the_compiled", KERNEL),
        (
            "bits = min(self.order, symbols.size) * math.log2(max(self.size, 1))",
            "bits = 0.0",
            f"{CONTEXTS}a_message_costs",
        ),
        ("[-self._order :]", "[-self._order - 1 :]", f"{CONTEXTS}the_compiled"),
    ],
    "models/sequential.py": [
        ("if n > self.model.longest:", "if False:", f"{COUNTS}what_cannot_be_counted"),
        (
            "        require_within(symbols, self.model.size)\n",
            "        pass\n",
            f"{COUNTS}what_cannot_be_counted",
            KERNEL,
        ),
        (
            "return Bounds(ideal - below - rounding, ideal + 2 + above",
            "return Bounds(ideal - below, ideal + 1 + above",
            f"{CONTEXTS}a_message_costs",
        ),
    ],
    "models/driven.py": [
        ("if total == TOTAL:", "if False:", f"{CHAINS}the_compiled"),
        ("low, width, at)\n            predictor.update(symbol)", "low, width, at)", f"{COUNTS}the_compiled"),
        ("if point >= total:", "if False:", f"{COUNTS}a_point_beyond"),
    ],
    # ------------------------------------------------------------ the experiment
    "experiments/coverage.py": [
        (
            "error = 2 * run.moments.normal_error",
            "error = 0 * run.moments.normal_error",
            f"{REPEAT}what_is_promised_of_more",
        ),
        ("+ k * math.log(p) +", "+ n * math.log(p) +", f"{REPEAT}what_is_promised_of_two"),
        ("if below >= 1 - false_alarms / 2:", "if below > 1 - false_alarms:", f"{REPEAT}a_binomial_bound"),
    ],
    "experiments/repeat.py": [
        ("self.promised[0], _FALSE", "_CONFIDENCE, _FALSE", f"{REPEAT}a_coverage_of_94"),
        ("range(seed, seed + runs)", "range(runs)", f"{REPEAT}what_is_counted"),
        (
            "run.ci95[0] <= run.expected_bits_per_token <=",
            "run.ci95[0] <= run.bits_per_token <=",
            f"{REPEAT}what_is_counted",
        ),
        ("first <= cell < last", "first < cell <= last", f"{REPEAT}scores_are_cells"),
        ("self.squares += step * (z - self.mean)", "self.squares += step * step", f"{REPEAT}what_is_counted"),
        ('rank = (run.verdict == "fail", ', "rank = (False, ", f"{REPEAT}a_run_that_fails"),
        ("self.holds is not False", "True", f"{REPEAT}intervals_that_do_not"),
        (
            "if self.bound is None or self.coverage is None or self.rough:",
            "if self.bound is None:",
            f"{REPEAT}intervals_that_promise",
        ),
    ],
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
        ('"font.size": 9', '"font.size": 8', f"{PLOTS}a_picture_is_the_same"),
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
    "cli/main.py": [
        ('shlex.join(["codelen", *arguments])', '" ".join(["codelen", *arguments])', f"{EXPORTS}a_record_tells"),
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
    "experiments/sabotage.py": [
        ("return bits[: max(len(bits) - 8, 0)]", "return bits", f"{SABOTAGE}a_break_is_caught"),
        ("if not isinstance(source, IidSource):", "if False:", f"{SABOTAGE}what_cannot_be_broken"),
        ("lost: 0.0", "lost: 1.0", f"{SABOTAGE}only_one_thing"),
    ],
    "surveys/cross.py": [
        ('(file, f"file:{belief}", choice.name)', '(belief, f"file:{file}", choice.name)', f"{CROSS}each_cell"),
        ("reading.kind, zeros) for q in", "reading.kind, AFFORDABLE) for q in", f"{CROSS}the_zero_policy"),
    ],
    "reports/tables/cross.py": [
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
    "errors.py": [
        ("words if len(words) <= LONGEST_ECHO else", "words if True else", f"{CLI}an_error_is_one_line"),
    ],
    "api.py": [
        ("np.e if base is None else base", "np.e", f"{API}weigh_takes"),
        ("zeros=ZeroPolicy.parse(zeros), seed=seed)", "seed=seed)", f"{API}learn_has"),
        ("with about(str(file)), open_input(file)", "with open_input(file)", f"{API}inspect_takes"),
    ],
    "experiments/order.py": [
        ("freedom = k * (k - 1)", "freedom = k * k - 1", f"{ORDER}true_streams"),
        ("(spread - 1) * spread / (6 * pairs", "spread / (6 * pairs", f"{ORDER}its_figures"),
        ("k * seen[:-1] + seen[1:]", "k * seen[1:] + seen[1:]", f"{ORDER}its_figures"),
        ("if k < 2 or", "if k < 2 and", f"{ORDER}too_few_pairs"),
    ],
    "surveys/kept.py": [
        ("speeds.get(_named(each), {})", "{}", f"{COMPARE}speeds_of_baselines"),
        ('if "coder" in each else hows', 'if "coder" in each else []', f"{COMPARE}a_file_that_can_no_longer"),
        ("if number != str(_SCHEMAS[kind]):", "if False:", f"{COMPARE}what_is_no_whole_report"),
        ("seen[key] += 1", "seen[key] += 0", f"{COMPARE}two_beliefs"),
        ("if len(ways) > 1:", "if False:", f"{COMPARE}of_several_ways"),
    ],
    "surveys/compare.py": [
        (
            "if after > before * (1 + self.tolerance):",
            "if after >= before * (1 + self.tolerance):",
            f"{COMPARE}what_a_cell",
        ),
        ("        if was != now:\n", "        if False:\n", f"{COMPARE}what_a_cell"),
        ("if b.inputs.get(name, value) != value:", "if False:", f"{COMPARE}a_changed_file"),
        ("or mine & yours:", "or True:", f"{COMPARE}reports_with_nothing"),
        ("a.only(a_assumed, a_coder)", "a.only(None, a_coder)", f"{COMPARE}of_several_ways"),
        (
            "after = sum(each.after.file_bytes or 0 for each in both if each.after)",
            "after = before",
            f"{COMPARE}together",
        ),
    ],
    "reports/tables/compare.py": [
        ("if all(each.is_none for each in comparison.changes):", "if False:", f"{COMPARE}the_command_exits_3"),
        ("{bits:+,}", "{bits:,}", f"{COMPARE}the_command_exits_3"),
        ("narrow.add_row(", "wide.add_row(", f"{COMPARE}a_narrow_screen"),
    ],
    "surveys/report.py": [
        ("if row.how == how)", "if row.how.coder == how.coder)", f"{SURVEY}totals_are_the_sums"),
        ("len(total.rows) == len(self.inputs)]", "total.rows]", f"{SURVEY}what_cannot_be_read"),
        ("or now - start < _SECONDS", "", f"{SURVEY}what_is_quick"),
        ("return cls(min(encodings), ", "return cls(encodings[0], ", f"{SURVEY}a_speed_is_the_quickest"),
        ("[self.best, *self.baseline_totals]", "[self.best]", f"{REPORT}a_record_names_the_least"),
    ],
    "surveys/outside.py": [
        ("    if coder.takes_q:", "    if True:", f"{OUTSIDE}who_makes"),
        ("    if speed and lost is None:", "    if speed:", f"{OUTSIDE}what_goes_wrong"),
        ('frame.parts["model"] += sent.info_bits', "pass", f"{OUTSIDE}side_information"),
        ("round_trip=lost is None", "round_trip=True", f"{OUTSIDE}what_goes_wrong"),
        ("if states else None", "if False else None", f"{OUTSIDE}what_it_states"),
    ],
    "surveys/survey.py": [
        ("round_trip=decoded.getvalue() == data", "round_trip=True", f"{SURVEY}a_file_that_decodes_to_something_else"),
        ("(symbols[start : start + size], bits)", "(symbols[:size], bits)", f"{SURVEY}every_block_has"),
        ("if subject.error is None and step.how", "if step.how", f"{SURVEY}what_cannot_be_read"),
        ("if step.file != subject.name:", "if not subject.name:", f"{SURVEY}what_cannot_be_read"),
        ("with at_work(how.coder for how in hows):", "if True:", f"{OUTSIDE}a_coder_that_cannot"),
    ],
    "experiments/outcome.py": [],
    "experiments/planning.py": [
        ("not (sample.source.is_sample or", "not (False or", f"{VALIDATE}a_stream_that_is_its_own_truth"),
        (
            "self.source.sample(self.n, generator(self.seed))",
            "self.source.sample(self.n, generator(0))",
            f"{VALIDATE}other_seeds",
        ),
    ],
    "experiments/validate.py": [
        (
            "choice, assumption(each).is_counted, price",
            "choice, False, price",
            f"{VALIDATE}a_q_counted_from_the_stream",
        ),
        (
            "judged(sample, run, frame.header.build(),",
            "judged(sample, run, run.choice.of(run.belief.weights),",
            f"{CONTROL}a_file_that_holds_another_code_fails_code_price",
        ),
        ("len(payload.data) + payload.info_bits // 8", "(payload.bits + sum(parts.values())) // 8", f"{FOREIGN}a_byte"),
        (
            "_decoded(outcome.coder, bits, sample.n) for bits",
            "stream.symbols for bits",
            f"{CONTROL}a_coder_that_reads_what_follows",
        ),
        (
            "for bits in (payload, payload + _random_bits(sample.seed))",
            "for bits in (payload,)",
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
    "probability/chain.py": [
        ("        if not behind.all():\n", "        if False:\n", f"{CHAIN}what_is_no_chain"),
        ("(lost := ahead & ~behind).any():", "(lost := ahead & ~ahead).any():", f"{CHAIN}what_is_no_chain"),
        ("left[:k, k] /= left[k, :k].sum()", "left[:k, k] /= 1.0", f"{CHAIN}the_stationary"),
        ("own + 2 * float(", "own + float(", f"{CHAIN}the_variance_is"),
        ("- self.matrix + self.stationary[None, :]", "- 0.999 * self.matrix", f"{CHAIN}the_variance_is"),
        ("back = _reached(self.matrix.T > 0)", "back = forth", f"{CHAIN}what_is_no_chain"),
        ("max(1.0, float(self.period), ", "max(1.0, ", f"{CHAIN}a_chain_with_a_period"),
    ],
    "sources/markov.py": [
        ("state = column\n    return", "state = 0\n    return", f"{MARKOV}pairs_come", KERNEL),
        ("state = self.chain.size\n", "state = 0\n", f"{MARKOV}pairs_come"),
        ("(n - 1) * self.entropy_rate", "n * self.entropy_rate", f"{MARKOV}the_surprise_of"),
    ],
    "models/chains.py": [
        (
            "settle(low, width, out, at)\n        row = symbol",
            "settle(low, width, out, at)\n        row = 0",
            f"{CHAINS}the_compiled",
            KERNEL,
        ),
        (
            "if math.isinf(self.ideal_bits(symbols)):",
            "if False and self.ideal_bits(symbols):",
            f"{CHAINS}what_cannot_follow",
            KERNEL,
        ),
        ("(n - 1) * math.fsum(pairs.ravel())", "n * math.fsum(pairs.ravel())", f"{CHAINS}what_independent"),
    ],
    "probability/moments.py": [
        ("n * self.rarest > _MIXINGS * self.memory", "True", f"{DEPENDENT}a_rare_sticky"),
        ("np.abs(surprises[occurs] - centre)", "np.abs(surprises[occurs])", f"{VALIDATE}interval_is_centred"),
        ("0.469 * self.clump", "4.69 * self.clump", f"{VALIDATE}an_interval_that_few_surprises_decide"),
        ("return self.largest <= ROUNDING", "return False", f"{VALIDATE}where_every_surprise_is_equal"),
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
        ("else bounds.hold(payload_bits)", "else True", f"{CONTROL}a_payload_one_byte_short_or_long_fails"),
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
    "experiments/validation.py": [
        ("or not self.moments.is_long(self.n)", "", f"{REPEAT}an_interval_of_a_chain"),
        ("verdict(self.checks.passed, self.n)", "verdict(True, self.n)", f"{VALIDATE}a_failed_check_fails"),
        ('all(run.verdict != "fail"', 'any(run.verdict != "fail"', f"{VALIDATE}a_failed_check_fails"),
        ("Z95 = 1.959963984540054", "Z95 = 1.0", f"{VALIDATE}interval_is_centred"),
        ("(self.choice.family.is_ours or self.checks.expectation)", "True", f"{FOREIGN}an_interval"),
        (
            "math.sqrt(self.moments.variance / self.n)",
            "math.sqrt(self.moments.variance) / self.n",
            f"{VALIDATE}interval_is_centred",
        ),
        (
            "self.ideal_bits / self.n - self.expected_bits_per_token",
            "self.expected_bits_per_token - self.ideal_bits / self.n",
            f"{VALIDATE}z_is_the_distance",
        ),
        ("_ROUGH = 0.05", "_ROUGH = 0.5", f"{VALIDATE}an_interval_that_few_surprises_decide"),
        (
            "cheaper and self.choice",
            "cheaper or self.choice",
            f"{VALIDATE}the_arithmetic_coder_is_no_remarkable_bargain",
        ),
    ],
    "experiments/predict.py": [
        ("self.pair.divergence / math", "self.pair.q.divergence(self.pair.p) / math", f"{PREDICT}a_pair"),
        (
            "self.pair.q.divergence(self.pair.p) / math.log2(self.base)",
            "self.pair.divergence / math.log2(self.base)",
            f"{PREDICT}a_pair",
        ),
        (
            "information.entropy(self.p.probabilities, base=self.base)",
            "information.entropy(self.p.probabilities)",
            f"{PREDICT}a_distribution",
        ),
        (
            "information.varentropy(self.p.probabilities, base=self.base)",
            "information.varentropy(self.p.probabilities)",
            f"{PREDICT}a_distribution",
        ),
        ("math.log(self.p.size) / math.log(self.base)", "math.log(self.p.size)", f"{PREDICT}a_distribution"),
        (
            "return self.expected - self.pair.p.entropy",
            "return self.pair.p.entropy - self.expected",
            f"{PREDICT}a_code",
        ),
        ("        p = self.pair.p.probabilities\n", "        p = self.pair.q.probabilities\n", f"{PREDICT}a_pair"),
        ("self._weighed(self.prices - own)", "self._weighed(self.prices)", f"{PREDICT}a_pair"),
        ("Pair(pair.p, zeros.apply(pair.q))", "Pair(pair.p, pair.q)", f"{PREDICT}a_floor"),
        ("if not 0 <= p <= 1), None)", "if not 0 <= p), None)", f"{PREDICT}a_bare"),
    ],
    "ledger.py": [
        ("luck=ideal_bits - expected", "luck=expected - ideal_bits", f"{VALIDATE}ledger_sums"),
        ("coder=payload_bits - ideal_bits", "coder=0.0", f"{VALIDATE}ledger_sums"),
        ("expected = ideal_bits if p_is_sample else", "expected =", f"{LEDGER}luck_is_zero"),
        ("mismatch = n * p.divergence(q)", "mismatch = p.divergence(q)", f"{VALIDATE}the_ledger_of_a_known_p"),
        ("return sum(self.container_parts.values())", "return 0", f"{VALIDATE}ledger_sums"),
    ],
    # ------------------------------------------------------------ probability
    "probability/information.py": [
        ("float(2.0**bits)", "float(math.e**bits)", f"{INFORMATION}perplexity_of_equal_tokens"),
        ("return bits / bits_per_unit(base)", "return bits", f"{INFORMATION}nats_are_bits"),
        ("if np.any(belief[occurs] == 0):", "if False:", f"{INFORMATION}a_token_that_occurs_and_that_q_excludes"),
        (
            "if np.any((truth > 0) & (belief == 0)):",
            "if False:",
            f"{INFORMATION}a_token_that_occurs_and_that_q_excludes",
        ),
        (
            "terms[near] = belief[near] * _g_near_zero(t[near])",
            "pass",
            f"{INFORMATION}a_small_divergence_has_twelve_digits",
        ),
        ("(x[occurs] - mean(chances, x)) ** 2", "x[occurs] ** 2", f"{INFORMATION}varentropy_of_a_coin"),
        ("return min(bits, 1.0)", "return bits", f"{INFORMATION}js_divergence_never_exceeds"),
        (
            "bits = np.where(values > 0, 0.0 - bits, math.inf)",
            "bits = np.where(values > 0, -bits, math.inf)",
            f"{INFORMATION}surprise_of_certainty",
        ),
        ("SUM_TOLERANCE = 1e-9", "SUM_TOLERANCE = 1e-3", f"{INFORMATION}what_is_no_distribution_is_refused"),
    ],
    "probability/distribution.py": [
        ("if abs(total - 1) > tolerance:", "if False:", f"{SPECS}normalize_reaches_every_reader"),
        (
            "        p, q = align(self, other)\n",
            "        p, q = self, other\n",
            f"{DISTRIBUTION}no_divergence_is_infinite",
        ),
        ("if self.endless is not None and not", "if False and not", f"{CLI}info_of_cut_families"),
    ],
    "probability/frequencies.py": [
        (
            "mean(truth[common], missed)",
            "2.0**-10",
            f"{CATALOG}the_arithmetic_promise_fails_for_a_q_wrong_by_a_hundred_thousandth",
        ),
        (
            "NEGLIGIBLE_BITS = 2.0**-20",
            "NEGLIGIBLE_BITS = 2.0**-10",
            f"{CATALOG}the_arithmetic_promise_fails_for_a_q_wrong_by_a_hundred_thousandth",
        ),
        ("due.sort(key=lambda symbol: -(", "due.sort(key=lambda symbol: +(", f"{FREQUENCIES}what_is_left_goes"),
        ("+ 1) >> 1 << dropped_bits", ") >> 1 << dropped_bits", f"{FREQUENCIES}rounded_counts_worked_by_hand"),
        (
            "    if math.fsum(saved.values()) > NEGLIGIBLE_BITS:",
            "    if False:",
            f"{VALIDATE}a_probability_that_cannot_be_honoured",
        ),
    ],
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
            "return not any(later.startswith(word)",
            "return True or any(later.startswith(word)",
            f"{BOOK}a_book_that_is_not_prefix_free_says_so",
        ),
        ("        if self.kraft_sum > 1:", "        if False:", f"{BOOK}a_kraft_sum_that_exceeds_1"),
        ("return self.kraft_sum == 1", "return True", f"{BOOK}a_book_is_complete_exactly"),
        ("value <<= length - before", "value <<= max(length - before, 1)", f"{BOOK}the_worked_example_has_the_words"),
    ],
    "coders/words/families.py": [
        ("place, chosen), table.size), chosen)", "place, chosen), table.size))", f"{NUMBERS}its_law"),
        ("if table.form != Form.NAMED:", "if False:", f"{NUMBERS}a_file_tells"),
        ("return Bounds(due, due + 1)", "return Bounds(0, due + 1)", f"{CONTROL}a_payload_one_byte_short_or_long"),
    ],
    "coders/words/prefix.py": [
        ("if span[length] == number[length]:", "if True:", f"{NUMBERS}long_words_that_are", KERNEL),
        ("if int(ranks[low]) == rank:", "if True:", f"{NUMBERS}words_with_gaps", KERNEL),
        ("        if read > len(bits):", "        if False:", f"{PREFIX}a_message_longer_than_its_payload_is_refused"),
        (
            "        if count * int(self.book.lengths[self.book.order[0]]) > len(bits):",
            "        if False:",
            f"{PREFIX}an_absurd_count_is_a_corrupt_payload",
        ),
        ("words[min(at, last)]", "words[at]", f"{PREFIX}a_message_longer_than_its_payload_is_refused", KERNEL),
        (
            "            position += length\n",
            "            position += length + 1\n",
            f"{PREFIX}a_long_word_may_begin_at_any_bit",
            KERNEL,
        ),
        (
            "window, held, at = _push(window, held, value >> _HALF, length - _HALF, at, out)",
            "window, held, at = _push(window, held, value & _HALF_MASK, length - _HALF, at, out)",
            f"{PREFIX}a_word_of_40_bits",
            KERNEL,
        ),
    ],
    "reports/tables/lessons.py": [
        ("            yield _joined(said)\n            said =", "            said +=", f"{LESSON}every_screen"),
        ("    if 1 <= int(word) <= len(names):", "    if 1 <= int(word):", f"{LESSON}a_lesson_is_named"),
    ],
    "teaching/losses.py": [
        ("coder.ideal_bits(flips) - best", "best - coder.ideal_bits(flips)", f"{LESSON}codes_and"),
    ],
    "teaching/lessons.py": [
        ("Fraction(round(float(p) * 100), 100)", "p", f"{LESSON}two_dice"),
        ('coder = build("arithmetic", [p.numerator,', 'coder = build("huffman", [p.numerator,', f"{LESSON}the_table"),
    ],
    "cli/screens.py": [
        ("max(at - 1, 0)", "at - 1", f"{LESSON}keys_go_back"),
        ("        return _END[0]", "        return _NEXT[0]", f"{LESSON}a_terminal"),
        (
            "        if came in _END:\n            return False",
            "        if came in _END:\n            break",
            f"{LESSON}keys_go_back",
        ),
    ],
    "judging/court.py": [
        ("not np.array_equal(came, message):", "len(came) != len(message):", f"{WRONG_ONE}[NoMoreThan256]"),
        ("return None if len(payloads) == 1 else", "return None if payloads else", f"{WRONG_ONE}[NotDeterministic]"),
        ("any(name in trouble.what for name in _REFUSALS)", "False", f"{JUDGE}a_refusal"),
        ("if self._hung >= _MOST_HUNG:", "if False:", f"{JUDGE}an_endless"),
        ("if kraft > 1 + ROUNDING:", "if kraft > 3:", f"{JUDGE}lengths_that"),
        ("self._sizes |= {payload.bits", "self._sizes = {payload.bits", f"{JUDGE}a_payload_comes"),
        ("if whole % size == 0) if whole else None", "if whole % size == 0)", f"{JUDGE}a_payload_comes"),
        ("self._printed = self._printed or outcome.printed", "pass", f"{JUDGE}what_is_printed"),
    ],
    "judging/cases.py": [
        ("        return _drawn(q, n, seed)", "        return _drawn(q, n, 0)", f"{JUDGE}a_seed_draws"),
        ("2 + int(numbers[0]) % 39", "2", f"{JUDGE}a_seed_draws"),
        ("& np.uint64(31))", "& np.uint64(15))", f"{JUDGE}a_seed_draws"),
    ],
    "judging/judge.py": [
        (
            "if not honest(cost.ideal_bits, bits, len(costs), needs_end=needs_end):",
            "if not honest(cost.ideal_bits, bits, 256, needs_end=needs_end):",
            f"{WRONG_ONE}[Smuggler]",
        ),
        (
            "self.payload_bits + self.info_bits - self.ideal_bits",
            "self.payload_bits - self.ideal_bits",
            f"{JUDGE}costs",
        ),
    ],
    "foreign/coder.py": [
        (
            "return surprise(self.probabilities) if self.stated is None else",
            "return surprise(self.probabilities) if True else",
            f"{FOREIGN}what_it_states",
        ),
        (
            "if found.size and not 0 <= int(found.min())",
            "if False and not 0 <= int(found.min())",
            f"{FOREIGN}a_message",
        ),
        ("            return str(error)\n", "            return self.name\n", f"{FOREIGN}why_a_message"),
        ("at = int(differ[0])", "at = 0", f"{FOREIGN}why_a_message"),
    ],
    "foreign/choice.py": [
        ("stack.enter_context(choice.workshop)", "pass", f"{JUDGE}a_keeper"),
        (
            "return chosen(coder.workshop.coder, limits)",
            "return coder",
            "tests/cli/test_options.py::test_an_option_has",
        ),
    ],
    "foreign/workshop.py": [
        ("if isinstance(self.coder, str) else self._packed()", "if True else self._packed()", f"{JUDGE}a_thing"),
        (
            "            self.end()\n            return Outcome(trouble=_GONE)",
            "            return Outcome(trouble=_GONE)",
            f"{JUDGE}a_keeper",
        ),
        ("time.monotonic() + self.limits.timeout", "time.monotonic() + 60.0", f"{JUDGE}an_endless"),
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
    "foreign/shapes.py": [
        ("info = pickle.dumps(said)", "info = b''", f"{SHAPES}side"),
        ('"u1" if size <= 1 << 8 else', '"u1" if size <= 1 << 9 else', f"{SHAPES}symbols"),
        ("        del bits[self.bits :]", "        pass", f"{SHAPES}an_object"),
        ('(b"\\x00" * 8, b"\\xff" * 8,', '(b"\\x00" * 7, b"\\xff" * 8,', f"{JUDGE}words_behind"),
        (
            '            return values if name == "lengths" else -np.log2(values)',
            "            return values",
            f"{SHAPES}what_a_coder",
        ),
    ],
    "foreign/programs.py": [
        ("if self.serves else", "if False else", f"{PROGRAMS}one_that_does_not_serve"),
        ("if len(made) < size:", "if False:", f"{PROGRAMS}an_answer"),
        ("if greeting != _READY:", "if False:", f"{PROGRAMS}one_that_serves_no"),
    ],
    "cli/judge.py": [
        ("time.monotonic() - self._begin > _LONG", "False", f"{PROGRAMS}what_fails"),
        ('if ruling.verdict == "fail":', "if True:", f"{PROGRAMS}what_fails"),
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
    "coders/words/huffman.py": [
        (
            "weight_of[leaves[0]] <= weight_of[merged[0]]",
            "weight_of[leaves[0]] < weight_of[merged[0]]",
            f"{WORDS}ties_prefer_leaves",
        ),
        (
            "depth[merge.second] = depth[merge.node] + 1",
            "depth[merge.second] = depth[merge.node] + (merge.node < len(depth) - 1)",
            f"{WORDS}huffmans_code_of_4_3_2_1",
        ),
        (
            "return -ROUNDING <= excess < 1 or",
            "return -ROUNDING <= excess < 2 or",
            f"{CATALOG}a_whole_bit_promise_fails_by_exactly_1_bit",
        ),
    ],
    "coders/words/shannon.py": [
        (
            "return length if weight << length >= total",
            "return length if weight << length > total",
            f"{WORDS}shannons_lengths_are_exact_at_powers",
        ),
        ("weight << int(length) >= q.total >", "q.total >", f"{CATALOG}the_shannon_promise_fails"),
    ],
    "coders/words/fixed.py": [
        (
            "length = (len(present) - 1).bit_length()",
            "length = len(present).bit_length()",
            f"{WORDS}a_fixed_word_has_ceil_log2_k",
        ),
    ],
    "coders/streams/interval.py": [
        ("    while out[at] == 255:", "    while out[at] == 254:", f"{ARITHMETIC}a_carry_runs_through", KERNEL),
        (
            "        low -= WHOLE\n        _carry(out, at)\n    while",
            "        low -= WHOLE\n\n    while",
            f"{ARITHMETIC}the_same_message_gives_these_very_bits",
            KERNEL,
        ),
        (
            "a * cumulative + ((b * cumulative) >> _PIECE_BITS)",
            "a * cumulative",
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
    "coders/streams/arithmetic.py": [
        (
            "return Bounds(ideal - below - rounding, ideal + 2 + above + rounding)",
            "return Bounds(ideal - below - 9, ideal + 9 + above + rounding)",
            f"{CONTROL}a_payload_one_byte_short_or_long",
        ),
        (
            "        if symbol == cumulative.size - 1:\n",
            "        if symbol == cumulative.size - 2:\n",
            f"{ARITHMETIC}whatever_three_bits_follow",
            KERNEL,
        ),
    ],
    # ------------------------------------------------------------ sources
    "sources/iid.py": [
        (">= int(keep[column]))", "> int(keep[column]))", f"{SOURCES}the_points_at_every_edge", KERNEL),
        ("alias[low] = high", "alias[low] = low", f"{SOURCES}the_alias_table_of_4_1_1_by_hand"),
    ],
    "sources/protocol.py": [
        (
            "return np.random.PCG64(seed)",
            "return np.random.PCG64(seed + 1)",
            f"{SOURCES}a_seed_gives_these_very_tokens",
        ),
    ],
    "sources/tokens.py": [
        (
            "np.packbits(ones[symbols])",
            'np.packbits(ones[symbols], bitorder="little")',
            f"{TOKENS}bits_over_a_reversed_alphabet",
        ),
    ],
    # ------------------------------------------------------------ frames
    "frames/frame.py": [
        ("if (kind == BlockKind.GIVEN) != self.header.is_given:", "if False:", f"{GIVEN}a_block_goes"),
        ("        if self.take(4) != due:", "        if self.take(4) != due and False:", f"{FRAME}every_flipped_bit"),
        ("            if payload[bits:].any():", "            if False:", f"{FRAME}padding_that_is_not_zero"),
        (
            "        if self.header.content_bytes > allowed:",
            "        if False:",
            f"{FRAME}a_limit_on_the_output_is_exact",
        ),
        (
            "            if needed > self._limits.max_memory:",
            "            if False:",
            f"{FRAME}a_block_that_needs_too_much_memory",
        ),
        ("        if left:\n", "        if False:\n", f"{FRAME}a_block_that_is_missing"),
        (
            "        allowed -= frame.header.content_bytes",
            "        pass",
            f"{FRAME}a_limit_on_the_output_holds_for_all",
        ),
        ("        if not count:\n", "        if False:\n", f"{FRAME}a_block_of_no_tokens"),
        ('self.parts["padding"] += len(payload) - bits', "pass", f"{FRAME}the_parts_of_the_worked_example"),
        ('self.parts["header"] = 8 * (reader', 'self.parts["header"] = 0 * (reader', f"{FRAME}parts_and_payload"),
    ],
    "frames/header.py": [
        ("return self.table.form == Form.RECIPE", "return self.table.form == 9", f"{SEQUENTIAL}the_ledger"),
        ("if not self.coder.family.drives_models:", "if False:", f"{SEQUENTIAL}a_made_up"),
        (
            "return min(SEQUENTIAL_BLOCK_TOKENS, ",
            "return min(1 << 30, ",
            f"{SEQUENTIAL}a_model_begins",
        ),
        ("else replace(bare, weights=weights)", "else bare", f"{FILES}the_label_of_a_file_carries"),
        (
            "return self.coder.build(self.table)",
            "return self.coder.of(self.label.weights) if self.label.weights else self.coder.build(self.table)",
            f"{FILES}a_label_cannot_change",
        ),
        ("if not kind.fits(count, content_bytes):", "if False:", f"{FRAME}fewer_bytes_than_tokens"),
        ("coder is None or kind is None or reserved:", "coder is None or kind is None:", f"{FRAME}a_reserved_byte"),
        (
            "if parameter else None), by_number(kind_number)",
            "if parameter and False else None), by_number(kind_number)",
            f"{FRAME}a_parameter_of_a_coder_that_has_none",
        ),
    ],
    "frames/given.py": [
        ("into if one else None", "None", f"{GIVEN}a_function_of_the_past"),
        ("if len(frames) > 1:", "if False:", f"{GIVEN}files_of_the_two"),
        ("or zlib.crc32(content) != frame.content_crc:", "or False:", f"{GIVEN}a_content_checksum"),
        ("if not header.is_given:", "if False:", f"{GIVEN}files_of_the_two"),
    ],
    "models/sparse.py": [
        ("tokens += place <= tokens", "tokens += place < tokens", f"{SPARSE}what_is_listed"),
        ("- (ids < symbols[:, None]).sum(axis=1)", "", f"{SPARSE}what_is_listed"),
        ("if wrong.any():", "if False:", f"{SPARSE}what_does_not_fit"),
        ("listed = np.exp(listed * np.log(self.manner.base))", "listed = np.exp(listed)", f"{SPARSE}logarithms_are"),
    ],
    "training/characters.py": [
        (
            "np.add.at(vectors, x.ravel(), below.reshape(x.size, -1))",
            "vectors[x.ravel()] += below.reshape(x.size, -1)",
            f"{CHARACTERS}the_gradient",
        ),
        ("padded[at : at + symbols.size]", "padded[at + 1 : at + 1 + symbols.size]", f"{CHARACTERS}a_window_has"),
        ("self.vectors + times * other.vectors", "self.vectors + other.vectors", f"{CHARACTERS}a_sum"),
    ],
    "training/network.py": [
        ("error[np.arange(y.size), y] -= 1", "error[np.arange(y.size), y] -= 2", f"{NETWORK}the_gradient"),
        ("(1 - below**2)", "(1 - below)", f"{NETWORK}the_gradient"),
        ("gradient.plus(self._speed, self.momentum)", "gradient.plus(self._speed, 2.0)", f"{NETWORK}a_layer_between"),
        ("yield np.argsort(rng.random_raw(n)", "yield np.argsort(np.arange(n)", f"{NETWORK}a_seed_gives"),
    ],
    "models/predictions.py": [
        ("np.where(wide >= 0, np.maximum(wide, eps), wide)", "np.maximum(wide, eps)", f"{WEIGH}a_policy_hides"),
        ("eps / np.maximum(some, 1)", "eps", f"{WEIGH}what_is_excluded"),
        ("* math.log(self.base)", "", f"{WEIGH}logarithms_of"),
        ("past.flags.writeable = False", "pass", f"{GIVEN}a_function_cannot"),
        ("range(self.start, self.stop)[rows]", "range(0, self.stop)[rows]", f"{GIVEN}a_row_far_on"),
    ],
    "frames/coding.py": [
        ("if block.kind != BlockKind.STORED:", "if block.kind == BlockKind.CODED:", f"{GIVEN}files_of_the_two"),
        ("if priced and header.is_sequential", "if header.is_sequential", f"{SEQUENTIAL}decoding_does_not"),
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
    "belief/one.py": [
        ("first = int(np.argmax(stream.symbols == symbol))", "first = 0", f"{FILES}a_token_of_probability_zero"),
        ("else made.above(source.entropy_bits(sent.symbols.size))", "else made", f"{DEPENDENT}a_wrong_chain"),
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
    "frames/inspections.py": [
        ("blocks = sum(1 for _ in frame.blocks)", "blocks = 0", f"{GIVEN}what_stands_around"),
        ("None, None, math.nan, ledger)", "None, None, 0.0, ledger)", f"{GIVEN}what_stands_around"),
        ("    return q if fits else None", "    return q", f"{FILES}where_no_label_fits"),
        ('frame.parts["alphabet"] // 8, LARGEST_LABEL', "1 << 20, LARGEST_LABEL", f"{FRAME}a_label_is_not_followed"),
        ('frame.parts["alphabet"] // 8, LARGEST_LABEL', "LARGEST_LABEL, 1", f"{FRAME}a_label_is_followed"),
    ],
    "frames/files.py": [],
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
    "notation.py": [
        ("difflib.get_close_matches(word, [*known], 1, 0.0)", "[*known][:1]", f"{LAWS}the_nearest"),
        ('/ (100 if text.endswith("%") else 1)', "/ 1", f"{COMPARE}a_share"),
        ("return int(digits) * _UNITS[unit]", "return int(digits)", "tests/test_examples.py"),
    ],
    "specs.py": [
        ("    if os.path.isfile(spec):", "    if False:", f"{CLI}an_error_is_one_line"),
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
    "reports/tables/report.py": [
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
    "cli/report.py": [
        ("ctx.exit(1 if made.failures else 0", "ctx.exit(0 if made.failures else 0", f"{REPORT}a_file_that_cannot"),
        (
            '1 if made.failures else 0 if made.verdict == "pass" else 3',
            "1 if made.failures else 0",
            f"{REPORT}a_check_that_fails",
        ),
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
    "cli/options.py": [
        ("    if not screen.is_terminal:\n", "    if True:\n", f"{VIEWS}progress"),
        ("size(item) if size else 1", "1", f"{VIEWS}progress"),
    ],
    "cli/exporting.py": [
        ("if target == PIPE and sys.stdout.isatty():", "if False:", f"{EXPORTS}on_a_terminal"),
        (
            "if not self.quiet and PIPE not in",
            "if not self.quiet and None not in",
            f"{EXPORTS}with_an_export_on_standard",
        ),
        ("        protect(names, inputs)\n", "        pass\n", f"{EXPORTS}what_cannot_be_written"),
        ("if place in places[:at]:", "if False:", f"{EXPORTS}what_cannot_be_written"),
        ("else os.path.realpath(name) for", "else name for", f"{EXPORTS}what_cannot_be_written"),
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
    "cli/failures.py": [
        (
            "return 1 if failed else 0",
            "return 0",
            "tests/cli/test_cli_files.py::test_one_bad_file_does_not_end_a_batch",
        ),
        (
            "return trouble + semicolon + remedy if semicolon else message",
            "return message",
            "tests/test_imports.py::test_the_command_line_names_its_options",
        ),
    ],
    "cli/files.py": [
        (
            "    limits = Limits(max_output, max_memory)\n",
            "    limits = Limits(max_output)\n",
            "tests/cli/test_options.py::test_an_option_has_its_effect[decode --max-memory]",
        ),
        (
            "            if decode(Path(target).read_bytes(), max_output=len(data)) != data:",
            "            if False:",
            "tests/cli/test_cli_files.py::test_rm_keeps_an_input_whose_output_does_not",
        ),
    ],
}
