"""How programs put the things that matter to a diagnosis though they are no metric.

Kinds stand in the order in which they count where a line speaks of several. Each wording is a regular
expression, searched without regard to case; none may hang on the digits of a number (see `events`).
"""

from advisor.run import EventKind

WORDINGS: dict[EventKind, tuple[str, ...]] = {
    EventKind.OUT_OF_MEMORY: (
        r"out[ -]of[ -]memory",
        r"OutOfMemoryError",
        r"oom[-_]kill",
        r"RESOURCE_EXHAUSTED|ResourceExhaustedError",
        r"CUBLAS_STATUS_ALLOC_FAILED",
        r"can(?:no|')t allocate memory",
        r"unable to allocate [\d.]+ ?[KMGT]i?B",
        r"\bbad[_ ]alloc",
        r"^MemoryError",
        r"\bOOM (?:when allocating|in all workers)",
        r"显存不足|内存不足",
    ),
    EventKind.TRACEBACK: (
        r"(?:^|: |\d )Killed(?:\s\s|$)",
        r"^\[\d+\]\W+\d+ killed\s",
        r"\bSIGKILL\b|\bSIGSEGV\b|Segmentation fault|core dumped",
        r"NCCL (?:error|timeout)|Watchdog caught collective operation timeout",
        r"\bCANCELLED AT\b.{0,40}\bDUE TO\b",
        r"CUDA error: |device-side assert",
    ),
    EventKind.WARNING: (
        r"lr_scheduler\.step\(\)` before `optimizer\.step|scheduler.{0,40}before.{0,40}optimi[sz]er",
        r"DataLoader worker .{0,60}(?:killed|exited)",
        r"create a bottleneck|may be a bottleneck|this DataLoader will create \d+ worker",
        r"too many open files",
        r"\bis conditioned on metric|\bstopping conditioned on metric",
        r"detected call of|find unused parameters|ran out of input|your input ran out of data",
        r"no gradients? (?:provided|for)|gradients do not exist for",
        r"does not require grad and does not have|inputs have requires_grad=True",
        r"ConvergenceWarning|UndefinedMetricWarning|rank deficient",
        r"no further splits with positive gain",
        r"(?:target|input) size .{0,80} (?:different|broadcast)",
    ),
    EventKind.NON_FINITE: (
        r"(?:nan|inf(?:inity|inite)?s?|non-?finite)\b.{0,40}"
        r"\b(?:detected|encountered|found|skipping|stopping|loss|grad(?:ient)?s?\b|weights?)",
        r"(?:invalid|non-?finite|bad) loss",
        r"(?:loss|gradients?|weights?)\b(?: returned in \S{1,30})? "
        r"(?:is|are|became|went|has become|have become) (?:tensor\()?(?:nan|inf|infinite|not finite)\b",
        r"returned nan values|diverged with loss|loss is probably exploding|minimum loss scale reached",
        r"\bgrad(?:ient)? overflow|OVERFLOW!.{0,40}skipping step",
        r"(?:overflow|invalid value) encountered in|input contains nan",
        r"损失(?:为|变为|出现) ?(?:nan|inf)",
    ),
    EventKind.EARLY_STOP: (
        r"(?:^|[\]:|>!*-] ?|\bepoch \d+\W{0,4}\w{0,12} ?)early[ _-]?stopp?(?:ing|ed)?\b"
        r"(?! ?[=()\]]| ?,(?! best)| conditioned| counter| patience| callback|"
        r"\W{1,3}(?:\d+|true|false|none)\s*$)",
        r"early[ _-]?stopp?(?:ing|ed)? (?:triggered|activated|at epoch|at step|after \d|condition met)",
        r"early[ _-]?stopping patience was reached",
        r"\[early[ _-]?stop\]",
        r"stopping training early|training (?:was )?stopped early|^stopping\. best iteration",
        r"did not improve (?:in the last|more than tol=\S+ for \d+ consecutive epochs\. stopping)",
        r"stopped by overfitting detector",
        r"(?:ran out of patience|patience (?:reached|exceeded|exhausted)).{0,12}stop",
        r"(?:has not|(?:has|have)n[o']t) improved (?:for|in) (?:the )?(?:last )?\d+ "
        r"(?:epochs|steps|evaluations|runs)",
        r"提前停止训练|触发早停|早停(?:于|在|:|：|触发)",
    ),
    EventKind.LEARNING_RATE: (
        r"\b(?:reduc|decay|decreas|lower|dropp?|halv|adjust|chang|sett|updat|anneal)(?:e|es|ed|ing)? "
        r"(?:the )?(?:learning[ -]rate|lr)(?: of group \d+)?(?: from \S+)? to\b",
        r"ReduceLROnPlateau (?:reducing|setting)|adjust(?:ing|ed) learning rate",
        r"\b(?:learning rate|lr) (?:is |was )?"
        r"(?:reduced|set|changed|decreased|lowered|dropped|decayed|halved)(?: from \S+)? to",
        r"学习率(?:降低|调整|下降|衰减)(?:为|到|至)",
    ),
    EventKind.RESTART: (
        r"\bresum(?:e|ed|ing) (?:training |run )?(?:from|at)\b",
        r"(?:^\W*|=> ?)load(?:ed|ing)? checkpoint",
        r"\b(?:resum|continu)(?:ed|ing) (?:training\b.{0,120}\bfrom\b|epoch \d)",
        r"\b(?:load|loaded|loading|restored|restoring) (?:the )?(?:training |states from the )?"
        r"checkpoint (?:path )?(?:from|at)\b",
        r"restoring parameters from",
        r"(?:从|自).{0,40}(?:恢复|继续)训练",
    ),
    EventKind.CHECKPOINT: (
        r"\b(?<!number of )(?:saved|saving|wrote|writing)\b.{0,60}(?:checkpoint|model|weights|state|policy|"
        r"\.(?:pth?|ckpt|h5|hdf5|keras|safetensors|pdparams|npz|params|caffemodel|solverstate))",
        r"\bsave (?:the )?(?:best )?(?:model|checkpoint) (?:in|is|to)\b",
        r"checkpoint (?:saved|written)|\bmodel (?:was |is )?saved\b|snapshotting to",
        r"保存(?:了?模型|检查点|权重)|模型已保存",
    ),
}
