"""The few words on the page of the simulated phones, in both languages."""

WORDS = {
    "zh": {
        "title": "模拟手机",
        "lead": "这里显示系统发出的每一条短信。手机与运营商都是模拟的，不会真的发送。",
        "none": "还没有短信。系统发出的第一条会出现在这里。",
        "none_found": "没有号码包含这些数字。",
        "refresh": "刷新",
        "find": "查找号码",
        "number": "号码",
        "reply": "回复",
        "send": "发送",
        "other": "English",
        "odd": "带故障的号码",
        "ends": "尾号",
        "does": "表现",
        "messages": "短信",
    },
    "en": {
        "title": "Simulated phones",
        "lead": "Every text that the system sends shows up here. Phones and carrier are simulated; nothing is really sent.",
        "none": "No texts yet. The first one that the system sends will appear here.",
        "none_found": "No number holds these digits.",
        "refresh": "Refresh",
        "find": "Find a number",
        "number": "Number",
        "reply": "Reply",
        "send": "Send",
        "other": "中文",
        "odd": "Numbers that misbehave",
        "ends": "Ends in",
        "does": "What it does",
        "messages": "Texts",
    },
}
NUMBERS = {
    "zh": [
        ("0001", "座机，拒收（21614）"),
        ("0002", "已受理，未送达（30003）"),
        ("0003", "前两次返回“太频繁”（429），第三次受理"),
        ("0004", "已受理，但 15 秒后才应答"),
        ("0005", "服务器出错（500），未受理"),
        ("0006", "已受理，发送失败（30006）"),
    ],
    "en": [
        ("0001", "a landline: refused (21614)"),
        ("0002", "taken, not delivered (30003)"),
        ("0003", "“too many” twice (429), then taken"),
        ("0004", "taken, but answers only after 15 seconds"),
        ("0005", "server error (500), not taken"),
        ("0006", "taken, then failed (30006)"),
    ],
}
STATUSES = {
    "zh": {
        "queued": "排队中",
        "sent": "已发出",
        "delivered": "已送达",
        "undelivered": "未送达",
        "failed": "失败",
        "received": "已回复",
    },
    "en": {
        "queued": "queued",
        "sent": "sent",
        "delivered": "delivered",
        "undelivered": "not delivered",
        "failed": "failed",
        "received": "replied",
    },
}
