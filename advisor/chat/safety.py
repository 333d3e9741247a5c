"""Requests that are refused in words: commands, deletions, secrets, uploads, orders to the program itself."""

from advisor.patterns import regex

_EN = r"(?<![a-z])"
_MADE_UP = (
    _EN + r"(?:fake|forge|fabricate|falsify|fudge|massage|doctor|make up|tamper with)\s+(?:\S+\s+){0,3}"
    r"(?:results?|metrics?|logs?|numbers?|accuracy|curves?|scores?)|"
    r"(?:伪造|编造|造假|篡改|美化).{0,8}(?:结果|指标|日志|数据|曲线|准确率|分数)|"
    r"把.{0,8}(?:结果|指标|准确率|分数|曲线).{0,4}改得?(?:高|好|漂亮)"
)
_UNSAFE = regex(
    "|".join(
        (
            # Shell commands and code to be run.
            _EN + r"(?:rm|sudo|chmod|chown|mkfs|dd|curl|wget|ssh|scp|nc|kill|killall|pkill|bash|sh|eval|"
            r"exec)\s+-{1,2}[a-z0-9]",
            _EN + r"(?:sudo|killall|pkill|mkfs|shutdown|reboot)(?![a-z])",
            _EN + r"(?:curl|wget|scp|ssh)\s+\S+[./@]",
            r"os\.system|subprocess|__import__|popen|\$\([^)]*\)|\|\s*(?:ba)?sh(?![a-z])|;\s*rm\s|:\(\)\s*\{",
            _EN + r"(?:run|execute|launch)\s+(?:this|the following|a|some|any)?\s*(?:shell|bash|system|"
            r"terminal|python)\s*"
            r"(?:command|code|script)",
            r"执行(?:这条|这个|下面的|任意)?(?:系统|shell|bash|终端)?命令|运行(?:系统|shell|终端)命令",
            # Deleting and overwriting.
            _EN + r"(?:delete|erase|wipe|remove|destroy|overwrite)\s+(?:\S+\s+){0,3}"
            r"(?:files?|folders?|director(?:y|ies)|checkpoints?|dis[kc]|everything|logs?|"
            r"data(?:set)?|runs? (?:folder|dir)|repo|home)",
            r"(?:删除|删掉|删了|清空|格式化|抹掉)(?!.*(?:列表|别删|不删)).*(?:文件|目录|文件夹|"
            r"硬盘|磁盘|数据|日志|检查点|仓库)|"
            r"(?:文件|目录|文件夹|硬盘|磁盘|数据集?|日志|检查点|仓库).{0,4}(?:删除|删掉|删了|清空|"
            r"格式化|全删)",
            # Secrets and the program's own insides.
            r"(?:\.ssh|id_rsa|/etc/(?:passwd|shadow|sudoers)|\.aws/|\.env(?![a-z])|private key)",
            _EN + r"(?:print|show|reveal|tell|give|send|read|leak|paste|what(?:'s| is| are))\b.{0,40}"
            r"(?:passwords?|api.?keys?|secrets?|tokens?|credentials?|environment variables|system "
            r"prompt|hidden instructions)",
            r"(?:api.?key|密码|密钥|口令|凭据|凭证|令牌|环境变量|系统提示词?).{0,12}(?:打印|给我|"
            r"告诉|显示|输出|发|贴|是什么)|"
            r"(?:打印|给我|告诉我|显示|输出|发给|泄露).{0,12}(?:api.?key|密码|密钥|口令|凭据|凭证|"
            r"令牌|系统提示词?)",
            _EN + r"(?:ignore|disregard|forget|override)\b.{0,30}(?:instructions?|rules|prompt|guidelines)",
            r"(?:忽略|无视|忘掉|忘记).{0,12}(?:指令|指示|规则|提示)",
            r"</?(?:system|user|assistant|tool_result|instructions?)>|\[/?inst\]|<\|[a-z_]+\|>",
            _EN + r"(?:developer|jailbreak|dan|god) mode(?![a-z])|(?:note|message|attention|"
            r"instructions?) (?:to|for) (?:the )?"
            r"(?:ai|assistant|advisor|agent|model)\b",
            # Sending things away.
            _EN + r"(?:upload|exfiltrate|post|send|email|mail)\s+(?:\S+\s+){0,4}(?:to|at)\s+(?:\S+\s+){0,2}"
            r"(?:https?:|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|server|url|address|\S+@\S+)",
            r"(?:上传|传到|传给|发送到|发到|发给).{0,12}(?:服务器|网址|网站|地址|邮箱|链接|"
            r"https?:|[0-9]+\.[0-9]+\.)",
            # Made-up results.
            _MADE_UP,
        )
    )
)
_FALSIFIES = regex(_MADE_UP)
_ADDRESSES_ASSISTANT = regex(
    r"(?:note|message|attention|instructions?)\s+(?:to|for)\s+(?:the\s+)?(?:ai|assistant|advisor|"
    r"agent|model)(?![a-z])|"
    r"</?(?:system|user|assistant|tool_result|instructions?)>|\[/?inst\]|<\|[a-z_]+\|>|"
    r"(?:ignore|disregard|forget)\s+(?:all\s+|any\s+|your\s+|the\s+)*(?:previous|prior|above|earlier)|"
    r"忽略.{0,6}(?:之前|以上|先前|所有).{0,4}(?:指令|指示|规则|提示)"
)


def is_unsafe(folded: str) -> bool:
    """Whether a request (lower case) asks for something that is never done."""
    return _UNSAFE.search(folded) is not None


def falsifies(folded: str) -> bool:
    """Whether a request (lower case) wants results that were not measured."""
    return _FALSIFIES.search(folded) is not None


def addresses_assistant(line: str) -> bool:
    """Whether a line of a log speaks to an assistant instead of telling of a training."""
    return _ADDRESSES_ASSISTANT.search(line.lower()) is not None
