"""What mail programs and servers write into letters, in the languages that they speak."""

import re


def _any(*phrases: str) -> str:
    return f"(?:{'|'.join(phrases)})"


# “On … wrote:” of Gmail, Apple Mail, Thunderbird and Outlook.
WROTE = re.compile(
    _any(
        r"On\b.{1,300}\bwrote",
        r"Am\b.{1,300}\bschrieb\b.{0,120}",
        r"Le\b.{1,300}\ba écrit",
        r"El\b.{1,300}\bescribió",
        r"Il\b.{1,300}\bha scritto",
        r"Op\b.{1,300}\bschreef\b.{0,120}",
        r"(?:Em|A|No dia)\b.{1,300}\bescreveu\b.{0,120}",
        r"(?:W dniu|Dnia|pon|wt|śr|czw|pt|sob|niedz)\b.{1,300}\bnapisał.{0,120}",
        r"(?:Den|På|Fredag|Mandag|Tirsdag|Onsdag|Torsdag|Lørdag|Søndag)\b.{1,300}\bskrev\b.{0,120}",
        r"(?:Dne|po|út|st|čt|pá|so|ne)\b.{1,300}\bnapsal.{0,120}",
        r".{1,300}\bkirjoitti\b.{0,120}",
        r".{1,300}\b(?:пишет|написал|написала|написал\(а\)|пише)",
        r".{1,300}\b(?:şunu yazdı|yazdı)",
        r".{1,300}(?:写道|寫道|のメール|さんは書きました)",
        r".{1,300}(?:님이 작성|작성)",
    )
    + r"\s{0,3}[:：]",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"[-_ ]{2,20}\s?"
    + _any(
        "Original Message", "Original Appointment", "Ursprüngliche Nachricht", "Message d'origine",
        "Message original", "Mensaje original", "Messaggio originale", "Oorspronkelijk bericht",
        "Mensagem original", "Wiadomość oryginalna", "Ursprungligt meddelande", "Oprindelig meddelelse",
        "Original besked", "Původní zpráva", "Исходное сообщение", "Orijinal Mesaj", "元のメッセージ",
        "原始邮件", "원본 메시지",
    )
    + r"\s?[-_ ]{2,20}",
    re.IGNORECASE,
)  # fmt: skip
FORWARDED = re.compile(
    _any(
        r"[-_ ]{2,20}\s?"
        + _any(
            "Forwarded message", "Weitergeleitete Nachricht", "Message transféré", "Mensaje reenviado",
            "Messaggio inoltrato", "Doorgestuurd bericht", "Mensagem encaminhada", "Przekazana wiadomość",
            "Vidarebefordrat", "Пересылаемое сообщение",
        )
        + r".{0,40}",
        "Begin forwarded message:",
        "Anfang der weitergeleiteten Nachricht:",
        "Début du message réexpédié :",
        "Inizio messaggio inoltrato:",
        "Inicio del mensaje reenviado:",
    ),
    re.IGNORECASE,
)  # fmt: skip
FROM = re.compile(
    r"\*?"
    + _any(
        "From", "Von", "De", "Da", "Van", "Od", "Fra", "Från", "Lähettäjä", "От", "Kimden", "差出人", "发件人",
        "寄件者", "보낸 사람",
    )
    + r"\s?[:：]",
    re.IGNORECASE,
)  # fmt: skip
OTHER_FIELD = re.compile(
    r"\*?"
    + _any(
        "Sent", "Date", "To", "Subject", "Cc", "Gesendet", "Datum", "An", "Betreff", "Envoyé", "Objet", "À",
        "A", "Enviado", "Fecha", "Para", "Asunto", "Inviato", "Oggetto", "Verzonden", "Aan", "Onderwerp",
        "Data", "Assunto", "Wysłano", "Do", "Temat", "Skickat", "Till", "Ämne", "Sendt", "Til", "Emne",
        "Odesláno", "Komu", "Předmět", "Lähetetty", "Aihe", "Отправлено", "Дата", "Кому", "Тема", "Tarih",
        "Konu", "Kime", "送信日時", "日時", "宛先", "件名", "发送时间", "日期", "收件人", "主题",
        "보낸 날짜", "받는 사람", "제목",
    )
    + r"\s?[:：]",
    re.IGNORECASE,
)  # fmt: skip
FROM_A_DEVICE = re.compile(
    _any(
        "Sent from (?:my|Yahoo|Outlook|Mail for|Proton)", "Get Outlook for", "Von meinem .{1,60} gesendet",
        "Gesendet (?:von|mit)", "Envoyé (?:de|depuis) ", "Enviado (?:desde|do) ", "Inviato da ",
        "Verzonden vanaf ", "Verstuurd vanaf ", "Wysłane z ", "Skickat från", "Sendt fra ", "Odesláno z ",
        "Отправлено (?:с|из) ", "Lähetetty ", "iPhoneから送信", "发自我的", "나의 iPhone",
    )
    + r".{0,120}",
    re.IGNORECASE,
)  # fmt: skip
AWAY = re.compile(
    _any(
        r"Automatic reply", r"Auto(?:matic)?[- ]?(?:reply|response)\b", r"Out of (?:the )?office", r"OOO\b",
        "Abwesenheitsnotiz", "Automatische Antwort", "Abwesend", "Réponse automatique", "Absence du bureau",
        "Respuesta automática", "Fuera de la oficina", "Risposta automatica", "Fuori sede",
        "Automatisch antwoord", "Afwezig", "Resposta automática", "Odpowiedź automatyczna", "Autosvar",
        "Automatiskt svar", "Automaattinen vastaus", "Automatická odpověď", "Автоответ", "Otomatik yanıt",
        "自動返信", "自动回复", "자동 회신",
    ),
    re.IGNORECASE,
)  # fmt: skip
ANSWER = re.compile(
    r"(?:\s{0,5}(?:Re|Aw|Antw|Antwort|Sv|Vs|Odp|Ynt|Ref|R|回复|回覆|返信|답장)\s?(?:\[\d{1,3}\])?\s?[:：])+",
    re.IGNORECASE,
)
"""How the subject of an answer begins."""
