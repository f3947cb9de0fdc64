"""English words of more than three letters that join others and tell nothing of what a text is about.

Of the list of the Glasgow Information Retrieval Group, which scikit-learn ships (BSD).
"""

JOINING = frozenset(
    """
    about above across after afterwards again against almost alone along already also although always among
    amongst amoungst amount another anyhow anyone anything anyway anywhere around back became because become
    becomes becoming been before beforehand behind being below beside besides between beyond bill both bottom
    call cannot cant could couldnt describe detail done down during each eight either eleven else elsewhere
    empty enough even ever every everyone everything everywhere except fifteen fifty fill find fire first
    five former formerly forty found four from front full further give hasnt have hence here hereafter hereby
    herein hereupon hers herself himself however hundred indeed interest into itself keep last latter
    latterly least less made many meanwhile might mill mine more moreover most mostly move much must myself
    name namely neither never nevertheless next nine nobody none noone nothing nowhere often once only onto
    other others otherwise ours ourselves over part perhaps please rather same seem seemed seeming seems
    serious several should show side since sincere sixty some somehow someone something sometime sometimes
    somewhere still such system take than that their them themselves then thence there thereafter thereby
    therefore therein thereupon these they thick thin third this those though three through throughout thru
    thus together toward towards twelve twenty under until upon very well were what whatever when whence
    whenever where whereafter whereas whereby wherein whereupon wherever whether which while whither whoever
    whole whom whose will with within without would your yours yourself yourselves
    """.split()  # noqa: SIM905  a list of words reads as words
)
