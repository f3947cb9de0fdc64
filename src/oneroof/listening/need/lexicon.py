"""The words that the plain features look for, in English, Spanish, German, French and Japanese.

Single words and pairs are folded as `words.read_words` folds them. Japanese is looked for inside the text.
"""

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(" ".join(word.split()) for word in words.split(","))


QUESTION_STARTS = _set(
    """
    why, where, who, which, whose, can, could, is, are, does, would, should, has, any, anyone,
    anybody, where's, how's, what's, when's, why's, qué, cómo, cuándo, dónde, cuál, quién, cuánto,
    cuánta, alguien, puedo, pueden, wie, warum, wieso, weshalb, wann, wo, wer, welche, welcher,
    welches, kann, können, könnt, gibt, habt, comment, pourquoi, quand, où, qui, quel, quelle,
    quels, quelles, combien, puis, peut, pouvez, avez, quelqu'un
    """
)
QUESTIONS = _set(
    """
    how do, how can, how to, how long, how much, how many, do i, can i, can you, could you, will
    you, would you, is there, are there, how come, when do, when does, what do, what are, do you,
    will this, any idea, any update, any news, anyone know, anyone else, does anyone, can anyone,
    what is, what's, where is, when will, when is, why is, why are, why do, why does, did you,
    wondering if, cómo puedo, por qué, alguien sabe, hay alguna, me pueden, me puede, pueden
    ayudarme, cuándo llega, weiß jemand, kann ich, kann man, könnt ihr, können sie, habt ihr, gibt
    es, wie lange, wann kommt, wie kann, est ce, comment faire, quelqu'un sait, pouvez vous, avez
    vous, peut on
    """
)
REQUESTS = _set(
    """
    help, assist, assistance, please, pls, plz, advise, fix, resolve, refund, replace, replacement,
    reimburse, explain, need, support, contact, respond, sos, dm, cancel, compensation, complaint,
    ayuda, ayuden, ayudar, favor, porfa, necesito, solución, reembolso, devolución, respondan,
    contesten, hilfe, helfen, helft, bitte, brauche, erstattung, umtausch, reklamation, antwort,
    ersatz, aide, aider, aidez, svp, besoin, remboursement, rembourser, réponse, répondez, échange,
    s'il vous, me ayudan
    """
)
TROUBLE = _set(
    """
    broken, broke, breaks, crash, crashes, crashed, crashing, error, fail, failed, fails, failing,
    failure, leak, leaks, leaking, stuck, lost, missing, late, delay, delayed, delays, cancelled,
    canceled, waiting, waited, wrong, problem, problems, issue, issues, bug, slow, down, dead,
    faulty, damaged, defective, refused, charged, overcharged, still, never, nobody, unable, cannot,
    can't, won't, doesn't, didn't, isn't, hasn't, unacceptable, ridiculous, hung, hold, hours,
    disconnected, ruined, stolen, useless, worst, terrible, awful, rude, horrible, not working, no
    response, no reply, no answer, no one, stopped working, not received, not arrived, roto, rota,
    rompió, falla, fallo, fallan, perdido, retraso, tarde, problema, problemas, esperando, nunca,
    nadie, mal, peor, funciona, todavía, cobraron, vergüenza, pésimo, pésima, estafa, no funciona,
    kaputt, fehler, defekt, undicht, tropft, verspätet, verspätung, warte, wartet, nie, niemand,
    immer, falsch, schlecht, schlimm, funktioniert, beschädigt, abgebrochen, frechheit, unverschämt,
    katastrophe, leider, cassé, cassée, panne, erreur, fuit, perdu, retard, problème, problèmes,
    attends, jamais, personne, toujours, mauvais, pire, nul, honte, inadmissible, marche,
    fonctionne, abîmé, scandaleux, arnaque
    """
)
PRAISE = _set(
    """
    thank, thanks, thx, ty, love, loved, loving, great, awesome, amazing, excellent, best, perfect,
    kudos, appreciate, appreciated, fantastic, wonderful, brilliant, happy, helpful, nice, good,
    cheers, yay, congrats, impressed, gracias, encanta, encantó, genial, excelente, perfecto,
    perfecta, feliz, maravilla, recomiendo, increíble, danke, liebe, super, toll, klasse, prima,
    perfekt, begeistert, zufrieden, empfehlen, großartig, spitze, merci, adore, génial, géniale,
    parfait, parfaite, bravo, ravi, ravie, recommande, content, contente
    """
)
SARCASM = _set(
    """
    for nothing, yeah right, great job, nice job, good job, well done, way to, thanks a, oh great,
    just great, vaya tela, por nada, bravo por, na super, na toll, na danke
    """
)
GRATITUDE = _set(
    """
    thank, thanks, thankyou, thx, ty, cheers, grateful, gracias, agradecido, agradecida, danke,
    dankeschön, dank, merci
    """
)
THANKS_FOR = _set("thanks for, you for, thx for, gracias por, danke für, dank für, merci pour")
RECEIVED = _set(
    """
    help, support, assistance, refund, replacement, ayuda, solución, reembolso, devolución, hilfe,
    erstattung, umtausch, antwort, ersatz, aide, remboursement, réponse, échange
    """
)
SETTLED = _set(
    """
    sorted, solved, resolved, fixed, settled, refunded, all good, works now, working now, works
    again, working again, has arrived, just arrived, got it, resuelto, resuelta, solucionado,
    arreglado, ya llegó, ya funciona, ha llegado, gelöst, erledigt, geklärt, ist da, ist zurück, ist
    angekommen, wieder da, geht wieder, läuft wieder, funktioniert wieder, résolu, résolue, réglé,
    réglée, est arrivé, est arrivée, bien reçu, bien arrivé, remarche
    """
)
DANGER = _set(
    """
    smoke, smoking, fire, flames, sparks, sparked, sparking, burnt, burned, burning, scalded,
    exploded, explodes, exploding, explosion, melted, melting, overheated, overheats, overheating,
    electrocuted, injured, injury, injuries, hospital, choking, poisoned, unsafe, hazard, product recall,
    electric shock, got shocked, humo, fuego, incendio, llamas, chispas, quemado, quemada, quemó,
    quemadura, quemaduras, explotó, explosión, derretido, herido, herida, hospital, electrocutó,
    peligroso, peligrosa, descarga eléctrica, rauch, raucht, qualm, qualmt, feuer, brennt,
    gebrannt, verbrannt, verbrennung, verbrennungen, funken, explodiert, geschmolzen, geschmort,
    überhitzt, stromschlag, verletzt, verletzung, krankenhaus, lebensgefährlich, gefährlich, fumée,
    fume, feu, incendie, flammes, étincelles, brûlé, brûlée, brûlure, brûlures, explosé, fondu,
    surchauffe, électrocuté, blessé, blessée, blessure, hôpital, dangereux, dangereuse, pris feu,
    décharge électrique
    """
)
AUTHORITY = _set(
    """
    solicitor, solicitors, lawyer, lawyers, attorney, suing, lawsuit, litigation, to court, in court,
    county court, to sue, will sue, sue you,
    ombudsman, regulator, legal action, legal proceedings, trading standards, consumer protection,
    small claims, before action, class action, subpoena, abogado, abogada, abogados, demanda,
    demandar, denuncia, denunciar, juzgado, tribunal, omic, anwalt, anwältin, anwälte,
    rechtsanwalt, rechtsanwältin, klage, verklagen, gericht, verbraucherzentrale,
    verbraucherschutz, abmahnung, schlichtungsstelle, marktaufsicht, avocat, avocate,
    huissier, porter plainte, porte plainte, médiateur, dgccrf, en demeure
    """
)
PROMOTION = _set(
    """
    giveaway, promo, discount, coupon, voucher, followers, follow, subscribe, win, winner, crypto,
    bitcoin, casino, viagra, earn, cheap, deal, deals, bonus, click, offer, sorteo, descuento,
    gratis, gewinnspiel, rabatt, gutschein, concours, réduction, gratuit, click here, check out, buy
    now, link in, dm me, make money, free shipping
    """
)

# Words too common to explain anything: they count, but are not shown as a reason.
COMMON = _set(
    """
    a, an, and, are, as, at, be, but, by, for, from, has, have, he, her, his, i, i'm, if, in, is,
    it, it's, its, me, my, no, not, of, on, or, our, out, she, so, that, the, their, them, they,
    this, to, up, us, was, we, were, what, with, you, your, u, ur, get, got, just, do, did, been,
    had, will, would, am, one, there, here, then, than, when, de, la, el, en, y, que, un, una, los,
    las, es, se, lo, con, por, para, mi, al, del, su, der, die, das, und, ich, ist, zu, den, mit,
    auf, für, ein, eine, im, dem, nicht, sie, wir, ihr, mein, le, les, et, je, des, du, une, est,
    pas, pour, sur, au, ce, ne, il, elle, mon, ma, vous, nous, dans, qui, 0, !, !!, ?, ??
    """
)

JAPANESE_QUESTION = re.compile(r"(?:か|かな|かね|でしょう|かしら)(?:[。!…\s]|$)")
JAPANESE_REQUEST = re.compile(r"ください|下さい|お願い|教えて|助けて|困って|返金|交換|問い合わせ|対応して")
JAPANESE_TROUBLE = re.compile(
    r"壊れ|故障|不良|届か|遅[いれ]|動か|できない|できません|使えな|使えませ|最悪|ひどい|漏れ|エラー|不具合|返事がな"
)
JAPANESE_PRAISE = re.compile(r"ありがと|感謝|最高|素晴らし|大好き|嬉し|気に入|おすすめ|便利")
JAPANESE_GRATITUDE = re.compile(r"ありがと|感謝")
JAPANESE_SETTLED = re.compile(r"解決しました|直りました|届きました|治りました")
JAPANESE_DANGER = re.compile(r"煙|火花|火事|発火|燃え|焦げ|火傷|やけど|感電|爆発|溶け|怪我|けが|病院|危険")
JAPANESE_AUTHORITY = re.compile(r"弁護士|訴え|訴訟|裁判|消費者庁|消費生活センター|国民生活センター|行政")
JAPANESE_PROMOTION = re.compile(r"プレゼント企画|フォロー&|抽選|今なら無料|副業|稼げ")

_SETS = (
    QUESTIONS, REQUESTS, TROUBLE, PRAISE, SARCASM, GRATITUDE, THANKS_FOR, RECEIVED, SETTLED, DANGER, AUTHORITY,
    PROMOTION,
)  # fmt: skip
PAIR_STARTS = frozenset(entry.split(" ")[0] for entries in _SETS for entry in entries if " " in entry)
