"""The texts of the screen itself, in English and Chinese."""

from typing import Final

from advisor.text import Bilingual, Language

_WORDS: Final = {
    "no run": Bilingual(en="no run open", zh="尚未打开运行"),
    "findings": Bilingual(en="findings", zh="发现"),
    "conversation": Bilingual(en="conversation", zh="对话"),
    "evidence": Bilingual(en="evidence", zh="证据"),
    "rules": Bilingual(en="answers from {n} rules", zh="依据 {n} 条规则作答"),
    "clean": Bilingual(en="nothing wrong found", zh="未发现问题"),
    "prompt": Bilingual(
        en="ask, / for commands, or a path to a log", zh="提问，输入 / 查看命令，或输入日志路径"
    ),
    "reading": Bilingual(en="reading {what}", zh="正在读取 {what}"),
    "thinking": Bilingual(en="working on the answer", zh="正在回答"),
    "model at": Bilingual(en="language model {host}", zh="语言模型 {host}"),
    "writing": Bilingual(en="writing the file", zh="正在写入文件"),
    "wording": Bilingual(en="asking the language model at {host}", zh="正在询问 {host} 的语言模型"),
    "applying": Bilingual(en="applying the change", zh="正在应用修改"),
    "applied": Bilingual(en="Applied: {what}. /undo takes it back.", zh="已应用：{what}。/undo 可撤销。"),
    "applied all": Bilingual(
        en="Applied: {what}. `undo everything` takes all of it back.",
        zh="已应用：{what}。输入“全部撤销”可全部撤回。",
    ),
    "undoing": Bilingual(en="taking the change back", zh="正在撤销修改"),
    "training": Bilingual(en="training", zh="正在训练"),
    "stopping": Bilingual(en="stopping", zh="正在停止"),
    "busy": Bilingual(
        en="Still {what}. Esc stops it; ask again when it is done.",
        zh="{what}，尚未结束。按 Esc 停止，结束后再问。",
    ),
    "cannot stop": Bilingual(
        en="{what}: this step cannot be stopped halfway.", zh="{what}：这一步不能中途停止。"
    ),
    "twice": Bilingual(en="ctrl+c twice", zh="ctrl+c 两次"),
    "quit twice": Bilingual(en="Press ctrl+c again to quit.", zh="再按一次 ctrl+c 退出。"),
    "copied": Bilingual(en="Copied.", zh="已复制。"),
    "copied asked": Bilingual(
        en="Copied, where the terminal allows it (OSC 52); shift and drag selects by hand.",
        zh="已复制（若终端支持 OSC 52）；也可按住 shift 拖动手动选择。",
    ),
    "copied tmux": Bilingual(
        en="Copied, where tmux passes it on: 'set -g set-clipboard on'; shift and drag selects by hand.",
        zh="已复制（需要 tmux 转发：'set -g set-clipboard on'）；也可按住 shift 拖动手动选择。",
    ),
    "copied refused": Bilingual(
        en="This terminal takes no copies from programs, and no copying tool (xclip, wl-copy) was found; "
        "shift and drag selects by hand.",
        zh="这个终端不接受程序复制，也没有找到 xclip 或 wl-copy；请按住 shift 拖动手动选择。",
    ),
    "copied long": Bilingual(
        en="This is longer than most terminals copy (74 kB); /save or 'advisor diagnose' write it to a file.",
        zh="内容超过多数终端能复制的长度（74 kB）；请用 /save 或 'advisor diagnose' 写入文件。",
    ),
    "nothing to copy": Bilingual(en="There is no answer to copy yet.", zh="还没有可复制的回答。"),
    "unavailable": Bilingual(en="/{what} is not possible now: {why}", zh="现在不能用 /{what}：{why}"),
    "unknown command": Bilingual(
        en="There is no command {what}.{near} /help lists them.",
        zh="没有命令 {what}。{near}/help 列出全部命令。",
    ),
    "did you mean": Bilingual(en=" Did you mean {what}?", zh="是不是要 {what}？"),
    "needs run": Bilingual(en="no run is open", zh="尚未打开运行"),
    "needs changes": Bilingual(en="no change was proposed", zh="没有建议的修改"),
    "needs command": Bilingual(
        en="no training command is known; /train COMMAND starts one",
        zh="还不知道训练命令；用 /train 命令 启动一次",
    ),
    "needs several": Bilingual(en="only one run is open", zh="只打开了一个运行"),
    "welcome": Bilingual(
        en="Reads a training log, says what is wrong with the run, and names the change most likely to help.",
        zh="读取训练日志，指出这次运行的问题，并给出最可能有效的修改。",
    ),
    "welcome train": Bilingual(
        en="To train from here and be answered at the end, type your command: train python train.py --lr 0.1",
        zh="要从这里开始训练并在结束时得到结论，请输入你的命令：train python train.py --lr 0.1",
    ),
    "search": Bilingual(en="search for a command", zh="搜索命令"),
    "welcome how": Bilingual(
        en="Type or paste the path of a log or a folder, or choose one of these (tab, then enter):",
        zh="输入或粘贴日志或文件夹的路径，或从下面选择（tab，再按回车）：",
    ),
    "sample": Bilingual(en="sample", zh="示例"),
    "recent": Bilingual(en="recent", zh="最近"),
    "offline": Bilingual(en="Everything stays on this machine.", zh="一切都只在本机进行。"),
    "runs here": Bilingual(
        en="{n} runs are open; F3 lists them, /run N speaks of another one.",
        zh="打开了 {n} 个运行；F3 列出，/run N 切换到另一个。",
    ),
    "runs title": Bilingual(en="open runs", zh="打开的运行"),
    "runs filter": Bilingual(
        en="filter: words, critical, best<0.3, lr>=0.1", zh="筛选：文字、严重、best<0.3、lr>=0.1"
    ),
    "runs head": Bilingual(en="{n} of {of} runs, {order}", zh="{of} 个运行中的 {n} 个，{order}"),
    "runs keys": Bilingual(
        en="enter open  / filter  s sort  b baseline  space mark  c compare  esc back",
        zh="回车 打开  / 筛选  s 排序  b 基准  空格 标记  c 比较  esc 返回",
    ),
    "order opened": Bilingual(en="as opened", zh="按打开顺序"),
    "order best": Bilingual(en="best value first", zh="最佳值在前"),
    "order severity": Bilingual(en="worst finding first", zh="最严重的发现在前"),
    "order name": Bilingual(en="by name", zh="按名称"),
    "baseline": Bilingual(en="baseline", zh="基准"),
    "pinned": Bilingual(en="Baseline: {what}", zh="基准：{what}"),
    "unpinned": Bilingual(en="No baseline.", zh="没有基准。"),
    "beside how": Bilingual(
        en="Two runs are needed: /beside 1 2, or mark them in F3 with space.",
        zh="需要两个运行：/beside 1 2，或在 F3 中用空格标记。",
    ),
    "beside title": Bilingual(en="runs beside each other", zh="运行对比"),
    "beside order": Bilingual(
        en="First: {first}. Second: {second}.", zh="第一个：{first}。第二个：{second}。"
    ),
    "beside keys": Bilingual(
        en="tab next chart  ←→ cursor  +- zoom  l x axes  s smooth  f full  pgup pgdn scroll  esc back",
        zh="tab 下一张  ←→ 光标  +- 缩放  l x 坐标轴  s 平滑  f 全屏  pgup pgdn 翻页  esc 返回",
    ),
    "past title": Bilingual(en="history of this project", zh="本项目的历史"),
    "past keys": Bilingual(en="enter open  arrows choose  esc back", zh="回车 打开  方向键 选择  esc 返回"),
    "no history": Bilingual(
        en="No run is remembered in this project yet.", zh="这个项目还没有记录任何运行。"
    ),
    "keys fault": Bilingual(en="{where}, [keys]: {what}", zh="{where} 的 [keys]：{what}"),
    "keys table": Bilingual(
        en='it must be a table, such as: runs = "f5"', zh='它必须是一个表，例如：runs = "f5"'
    ),
    "keys no action": Bilingual(
        en="there is no action '{what}'.{near} /help names their commands.",
        zh="没有操作“{what}”。{near}/help 列出全部命令。",
    ),
    "keys unsafe": Bilingual(
        en="{what} = '{pressed}': typing, the terminal or the program takes this key; use another one.",
        zh="{what} = “{pressed}”：这个键已被输入、终端或程序本身占用，请换一个。",
    ),
    "keys twice": Bilingual(
        en="{what} = '{pressed}': {other} already has this key.",
        zh="{what} = “{pressed}”：{other} 已使用这个键。",
    ),
    "pasted": Bilingual(
        en="{n} lines were pasted; they are kept in {where} and read as a log.",
        zh="粘贴了 {n} 行；已保存到 {where} 并作为日志读取。",
    ),
    "probing": Bilingual(en="probing", zh="正在试探"),
    "probe how": Bilingual(
        en="Say what to probe: /probe digits, or /probe FILE.py:FUNCTION lr=0.1. "
        "'advisor probe --init FILE.py' writes an example.",
        zh="请给出试探的目标：/probe digits，或 /probe FILE.py:FUNCTION lr=0.1。"
        "'advisor probe --init FILE.py' 写出示例。",
    ),
    "tuning": Bilingual(en="tuning", zh="正在调参"),
    "tune how": Bilingual(
        en="Say how many rounds, from 1 to 1000 (/tune 5, /tune 5 --only lr), or /tune resume.",
        zh="请给出 1 到 1000 的轮数（/tune 5、/tune 5 --only lr），或用 /tune resume 继续。",
    ),
    "ended already": Bilingual(en="It has ended already.", zh="它已经结束了。"),
    "tune goes on": Bilingual(en="`/tune resume` goes on from here.", zh="`/tune resume` 从这里继续。"),
    "tune nothing": Bilingual(en="No round came to a value.", zh="没有一轮得到数值。"),
    "tune as it stands": Bilingual(
        en="Nothing was better than the command as it stands.", zh="现有配置最好。"
    ),
    "tune apply": Bilingual(
        en="The best configuration: {what}. Apply it to your own files and command?",
        zh="最好的配置：{what}。应用到你自己的文件和命令？",
    ),
    "no such run": Bilingual(
        en="There is no run {what}; there are {n}.", zh="没有第 {what} 个运行，共 {n} 个。"
    ),
    "no axis": Bilingual(en="The log tells only this x axis: {what}.", zh="日志只记录了这种横轴：{what}。"),
    "smooth": Bilingual(en="smoothing: {n} % of what is shown", zh="平滑：所示范围的 {n}%"),
    "zoom how": Bilingual(
        en="Say from where to where: /zoom 100 200. /whole shows everything again.",
        zh="请给出起止：/zoom 100 200。/whole 恢复全图。",
    ),
    "at how": Bilingual(en="Say at which place of the x axis: /at 100.", zh="请给出横轴上的位置：/at 100。"),
    "at nothing": Bilingual(en="No curve has a point there.", zh="那里没有数据点。"),
    "saved": Bilingual(en="Saved: {what}", zh="已保存：{what}"),
    "full keys": Bilingual(
        en="tab next  ←→ cursor  +- zoom  ,. move  0 whole  l x axes  s smooth  y copy  e save  esc back",
        zh="tab 下一张  ←→ 光标  +- 缩放  ,. 移动  0 全图  l x 坐标轴  s 平滑  y 复制  e 保存  esc 返回",
    ),
    "event l": Bilingual(en="learning rate changed", zh="学习率改变"),
    "event c": Bilingual(en="checkpoint", zh="检查点"),
    "event r": Bilingual(en="restart", zh="重新开始"),
    "event e": Bilingual(en="early stop", zh="提前停止"),
    "no charts": Bilingual(en="No curve to draw yet.", zh="还没有可画的曲线。"),
    "left": Bilingual(en="about {time} left", zh="约剩 {time}"),
    "run before": Bilingual(en="before", zh="之前"),
    "ended note": Bilingual(en="{what}: {ending}", zh="{what}：{ending}"),
    "done": Bilingual(en="ended", zh="已结束"),
    "tour": Bilingual(en="tour", zh="上手"),
    "tour name": Bilingual(
        en="what this program does, on a run that went wrong", zh="用一个出问题的训练演示"
    ),
    "no samples": Bilingual(en="The sample logs are not installed.", zh="没有安装示例日志。"),
    "tour panes": Bilingual(
        en="1. This run is real. Its worst problem is told above; `findings` tells all of them, and tab and "
        "enter choose one. The charts show where on the curves each one happens.",
        zh="1. 这是一个真实的训练。上面是最严重的问题；输入 findings 查看全部，或用 tab 和回车选择。"
        "图表标出问题在曲线上的位置。",
    ),
    "tour ask": Bilingual(
        en="2. Ask in your own words: why? what should I change? what is momentum? All figures are "
        "from the log.",
        zh="2. 直接提问：为什么？该改什么？动量是什么？所有数字都来自日志。",
    ),
    "tour change": Bilingual(
        en="3. Begin your own training with `train python train.py --lr 0.1`. Then `apply 1` shows "
        "an edit as a diff, y makes it, r makes it and trains again, `undo` takes it back.",
        zh="3. 用 train python train.py --lr 0.1 启动你自己的训练。之后 apply 1 以差异形式显示修改，"
        "y 应用，r 应用并重新训练，undo 撤销。",
    ),
    "tour keys": Bilingual(
        en="4. f2 fills the screen with a chart, f3 lists the open runs, ctrl+p searches all commands, f1 is "
        "help. `/open PATH` opens your log; a pasted one is read too.",
        zh="4. f2 全屏显示图表，f3 列出运行，ctrl+p 搜索命令，f1 帮助。"
        "/open 路径 打开你的日志；也可以直接粘贴。",
    ),
    "stopped reading": Bilingual(en="Reading was stopped.", zh="已停止读取。"),
    "first look": Bilingual(
        en="A first look at {what}: {share} of it. The rest is being read; esc stops.",
        zh="{what} 的预览：已读 {share}。正在读取其余部分；esc 停止。",
    ),
    "evidence of": Bilingual(en="{title}: a first look, {share} read", zh="{title}：预览，已读 {share}"),
    "still keeping": Bilingual(en="Writing the large log into the journal ...", zh="正在把大日志写入记录……"),
    "stopped": Bilingual(en="stopped", zh="已停止"),
    "live": Bilingual(en="live", zh="实时"),
    "quiet": Bilingual(en="no new data for {time}", zh="已有 {time} 没有新数据"),
    "lines above": Bilingual(en="({n} lines above)", zh="（上面还有 {n} 行）"),
    "answer apply": Bilingual(en="yes, apply", zh="是，应用"),
    "answer yes": Bilingual(en="yes", zh="是"),
    "answer rerun": Bilingual(en="apply and rerun", zh="应用并重新训练"),
    "answer no": Bilingual(en="no", zh="否"),
    "help title": Bilingual(en="keys and commands", zh="按键与命令"),
    "help close": Bilingual(en="esc closes · arrows scroll", zh="esc 关闭 · 方向键滚动"),
    "help ask": Bilingual(
        en="Without a slash it is a question or an order in plain words: why, apply 1, explain momentum. "
        "Enter sends, ctrl+j begins a new line.",
        zh="不带斜杠的输入就是普通的提问或指令：为什么、应用第一个、解释动量。回车发送，ctrl+j 换行。",
    ),
    "scale auto": Bilingual(en="axis: chosen by the values", zh="坐标轴：按数值自动选择"),
    "scale linear": Bilingual(en="axis: linear", zh="坐标轴：线性"),
    "scale symlog": Bilingual(en="axis: logarithmic on both sides of zero", zh="坐标轴：零两侧对称的对数"),
    "scale log": Bilingual(en="axis: logarithmic", zh="坐标轴：对数"),
    "failed": Bilingual(
        en="Something went wrong inside advisor ({what}). The program goes on; the details are in {where}.",
        zh="advisor 内部出错（{what}）。程序继续运行；详情见 {where}。",
    ),
    "fatal": Bilingual(
        en="advisor failed and had to end; the details are in {where}.",
        zh="advisor 出错，只能退出；详情见 {where}。",
    ),
    "resume as left": Bilingual(en="As you left it:", zh="恢复离开时的样子："),
    "resume": Bilingual(en="Open it again with:", zh="再次打开："),
    "still stopping": Bilingual(en="Stopping the training ...", zh="正在停止训练……"),
}


def say(key: str, language: Language, **values: object) -> str:
    """One text of the screen with its fields filled in."""
    text = _WORDS[key].in_(language)
    return text.format(**values) if values else text
