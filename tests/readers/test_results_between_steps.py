# ruff: noqa: E501 (the lines of a log are as long as they are)
"""Lines of results between the lines that count: evaluations, averages, the best so far."""

from advisor.readers import Source, read_source
from advisor.run import Role

STEPS = range(1, 7)


def read(text):
    (run,) = read_source(Source("train.log", content=text.encode()))
    return {series.name: series for series in run}


def paddle_ocr(i):
    stamp = "[2024/01/01 10:00:00] ppocr INFO:"
    return (
        f"{stamp} epoch: [{i}/6], global_step: {10 * i}, lr: 0.001, acc: 0.0{i}, loss: {2 / i:.4f}, ips: 9.5 samples/s\n"
        f"eval model:: 100%|##########| 3/3 [00:01<00:00,  2.9it/s]\n"
        f"{stamp} cur metric, acc: 0.{i}1, fps: 1300.1\n"
        f"{stamp} best metric, acc: 0.99, start_epoch: 1, best_epoch: {i}\n"
    )


def test_what_was_best_so_far_is_no_point_of_the_current_metric():
    curves = read("".join(map(paddle_ocr, STEPS)))
    assert curves["eval_acc"].y.tolist() == [float(f"0.{i}1") for i in STEPS]
    assert curves["eval_acc"].role == Role.VAL_METRIC
    assert curves["acc"].y.tolist() == [float(f"0.0{i}") for i in STEPS]
    assert set(curves["best_acc"].y) == {0.99}


def test_the_iteration_beside_the_best_value_is_no_average():
    text = "".join(
        f"{200 * i}:\tlearn: {1 / i:.7f}\ttest: {2 / i:.7f}\tbest: {2 / i:.7f} ({200 * i})\ttotal: 1.5s\tremaining: 3s\n"
        for i in STEPS
    )
    curves = read(text)
    assert {"learn", "test", "best"} <= curves.keys()
    assert not any("avg" in name for name in curves)


def test_the_average_of_an_epoch_is_a_curve_of_its_own():
    text = "".join(
        "".join(
            f"Train: data epoch: [{e}]  [{b:3d}/100]  eta: 0:01:10  lr: 0.0001  loss: {2 / (e + 1) - b / 1000:.4f}  time: 0.3  data: 0.0  max mem: 22193\n"
            for b in (0, 50, 99)
        )
        + f"2023-05-07 11:46:23,294 [INFO] Averaged stats: lr: 0.0001  loss: {2 / (e + 1):.4f}\n"
        for e in range(4)
    )
    curves = read(text)
    assert len(curves["train_loss"]) == 12
    assert curves["train_loss"].x.tolist()[:5] == [0, 50, 99, 100, 150]
    assert curves["loss"].y.tolist() == [2.0, 1.0, 0.6667, 0.5]


def test_numbers_inside_the_names_of_coco_results_are_no_values():
    def coco(i):
        return (
            f"Epoch: [{i}] loss: {2 / i:.4f}\n"
            f" Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.{i}01\n"
            f" Average Precision  (AP) @[ IoU=0.50      | area=   all | maxDets=100 ] = 0.{i}02\n"
            f" Average Recall     (AR) @[ IoU=0.50:0.95 | area= small | maxDets=  1 ] = -1.000\n"
        )

    curves = read("".join(map(coco, STEPS)))
    assert curves["AP@0.50-0.95_all_100"].y.tolist() == [float(f"0.{i}01") for i in STEPS]
    assert curves["AP@0.50_all_100"].y.tolist() == [float(f"0.{i}02") for i in STEPS]
    assert set(curves["AR@0.50-0.95_small_1"].y) == {-1.0}
    assert not curves.keys() & {"IoU", "maxDets", "area"}
    assert curves["AP@0.50-0.95_all_100"].role == Role.VAL_METRIC
    assert curves["AP@0.50-0.95_all_100"].lower_is_better is False


def test_what_an_estimator_saves_in_a_dict_is_its_evaluation():
    def estimator(i):
        return (
            f"INFO:tensorflow:loss = {2 / i:.4f}, step = {100 * i + 1} (0.830 sec)\n"
            f"INFO:tensorflow:Saving dict for global step {100 * i}: accuracy = 0.9{i}, global_step = {100 * i}, loss = {3 / i:.4f}\n"
        )

    curves = read("".join(map(estimator, STEPS)))
    assert curves["loss"].y.tolist() == [round(2 / i, 4) for i in STEPS]
    assert curves["eval_loss"].y.tolist() == [round(3 / i, 4) for i in STEPS]
    assert curves["eval_loss"].role == Role.VAL_LOSS
    assert curves["eval_accuracy"].x.tolist() == [100 * i for i in STEPS]
