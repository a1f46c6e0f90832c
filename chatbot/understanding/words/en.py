"""English."""

from chatbot.understanding.words.table import Words, entries, groups, numbers, pairs

WORDS = Words(
    language="en",
    stemmer="english",
    stop=entries("""
        a an the this that these those i you he she it we they me him her us them my your his its our their mine yours
        is am are was were be been being do does did doing have has had having will would shall should can could may
        might must of in on at to for from by with about into onto over under up down out off as than then so if or
        and but not no any some all just only very too also again already still yet here there now
        what which who whom whose where when why how please thanks thank ok okay well really actually want need
        would like get got let lets go going gonna wanna tell know hi hello hey
    """),
    filler=entries("""
        please thanks thank you hi hello hey hiya yo good morning afternoon evening day dear sir madam team guys there
        ok okay now just kindly um uh er erm well so oh right hmm ah and bot the asap cheers sorry really lol
    """),
    joins=entries("and also plus then & but_also as_well_as and_also and_then oh_and"),
    common=entries("""
        broke leg arm hell heel older elder colder border shy hop step hat hut hip cow owl
        able above accept across act add after ago agree air alone along always among angry animal another answer
        anyone anything anyway apart appear area around ask away baby bad ball bank base bear beat became because
        become bed before began begin behind believe below best better between big bird birthday bit black blue board
        boat body book born both bottom bought bowl box boy bread break bring broken brother brought brown build built
        busy buy call came camp capital car card care carry case cat catch cause center certain chair chance change
        cheap check child children choose city class clean clear close clothes cloud coast coat coffee cold college
        color come common company complete computer cook cool copy corn corner correct cost could count country couple
        course cover cream create cross crowd cry cup current cut dad dance dark data date daughter day dead deal death
        decide deep design desk different dinner direct doctor dog dollar done door double draw dream dress drink drive
        drop dry during each early earth east easy eat edge eight either electric else empty end engine enough enter
        entire equal even evening ever every everyone everything exact example except expect explain eye face fact fair
        fall family famous far farm fast fat father fear feel feet few field fight figure fill film final find fine
        finger finish fire first fish fit five floor flow flower fly follow food foot force forest forget form forward
        found four free fresh friend front fruit full fun funny game garden gas gave general gentle girl give glad
        glass gold gone good government grand grass great green ground group grow guess half hand handle happen happy
        hard hate hear heard heart heat heavy held help high hill history hit hold hole holiday home honest hope horse
        hot hotel hour house huge hundred hungry hurry hurt ice idea ill imagine important inch include information
        inside instead interest iron island job join joke joy jump keep kept key kid kill kind king kitchen knew lady
        lake land language large last late later laugh law lay lead learn least leave left leg length less lesson
        letter level lie life lift light line list listen little live local lone long look lose lost lot loud love low
        lunch machine made magic main make man many map mark market master match matter mean meant measure meat meet
        men mention metal middle might mile milk million mind minute miss mistake mix mobile moment money month moon
        more morning most mother mountain mouth move movie much music must myself name near nearly neck never new news
        next nice night nine noise none noon north nose note nothing notice number ocean offer office often old once
        one open opposite orange other outside own page paid paint pair paper parent park part party pass past path
        pattern pay people perhaps person phone photo pick picture piece pizza place plain plan plane plant plate play
        pleasure pocket point police poor port possible post pound power present president press pretty price print
        probable problem produce product promise proper provide public pull push put quality quart question quick quiet
        quite race radio rain ran reach read ready real reason receive record red remember repeat reply rest result
        return rich ride ring rise river road rock roll room root rope round rule run sad safe said sail salt same sand
        save saw say scale school science score sea search season seat second secret see seem seen sell send sense sent
        sentence separate serve set seven several shape share sharp shine ship shirt shoe shoes shop short shout show
        side sight sign silent silver similar simple since sing single sister sit six size skill skin sky sleep slow
        small smell smile snow social soft soldier solve someone something son song soon sorry sort sound south space
        speak special speech speed spell spend spoke sport spot spread spring square stand star start state station
        stay steal step stick stone stood stop store storm story straight strange stream street strong student study
        stuff stupid subject success such sudden suggest suit summer sun support suppose sure surface surprise sweet
        swim system table tail take talk tall taste tax teach team tell ten terrible test thank thick thin thing think
        third thought thousand three through throw ticket tie time tiny tired today together told tomorrow tonight
        took tool top total touch toward town track trade train travel tree trip trouble truck true trust try turn
        twelve twenty two type uncle understand unit until upon use used useful usual value various very view village
        visit voice wait walk wall war warm wash watch water wave way wear weather week weekend weight went west wheel
        white whole wide wife wild wind window winter wish within without woman women wonder wood word wore work world
        worry worse worst worth write written wrong wrote year yellow yesterday young yourself
    """),
    apart=entries("""
        abandoned aside beset cancer exist gent humane insane means moderator operated operates operation
        overview potions quilt recommend recommended representation resent smart spare stare stark starr stars
        starts stat stomp stoop stopped stuart tart
    """),
    yes=entries("""
        no_doubt without_doubt without_a_doubt by_all_means i_think_so i_believe_so no_objection no_objections
        no_problem no_worries not_a_problem
        yes yeah yea yep yup ya yah yess y sure ok okay k kk affirmative absolutely definitely certainly indeed right
        correct exactly agreed agree confirmed confirm fine please_do go_ahead do_it of_course sounds_good that_is_right
        that_is_correct why_not for_sure alright all_right sure_thing you_bet i_do i_am i_would i_agree i_confirm
        go_for_it lets_do_it perfect great yes_please true proceed positive totally
    """),
    no=entries("""
        not_at_all not_quite by_no_means i_do_not_think_so do_not_think_so i_think_not i_do_not_believe_so i_doubt_it
        under_no_circumstances
        no nope nah nay naw n never not negative wrong incorrect false no_way not_really not_now no_thanks no_thank_you
        i_do_not do_not i_would_not i_am_not disagree decline not_yet absolutely_not of_course_not rather_not
        i_would_rather_not forget_it never_mind nevermind neither
    """),
    firm_yes=entries("yes yeah yea yep yup yess yes_please ya yah"),
    firm_no=entries("no nope nah nay no_thanks no_thank_you"),
    unsure=entries(
        "not_sure no_idea i_do_not_know do_not_know idk maybe perhaps not_certain unsure depends it_depends i_guess "
        "possibly"
    ),
    question=entries("what which who where when why how whats wheres whens hows whos"),
    deny=entries("not no never"),
    negates=entries("not no never"),
    affirms=entries("""
        can_not could_not not_you not_i not_we not_they not_there why_not not_only never_mind no_problem no_longer
        no_i no_we no_you no_it no_he no_she no_they no_my no_the no_a no_an no_this no_that no_what no_how no_where
        no_when no_please no_thanks no_thank no_but no_just no_can no_could no_is no_are no_do
    """),
    states=entries("""
        has_not have_not had_not is_not are_not am_not was_not were_not does_not will_not not_yet not_a not_an
        not_the
    """),
    alike=groups("""
        refund reimburse reimbursement compensation rebate repay
        cancel cancellation abort undo revoke terminate
        close delete remove deactivate erase
        buy purchase order ordering acquire
        order purchase package parcel shipment item
        package parcel shipment delivery
        deliver ship send dispatch delivery shipping shipment
        track trace locate tracking whereabouts
        arrive come reach arrival
        late delayed overdue delay slow
        status progress state
        return exchange replace replacement swap
        broken damaged defective faulty cracked torn
        work function operate working
        problem issue trouble error bug fault glitch
        help assist assistance support aid
        agent representative operator human person advisor employee staff someone
        talk speak chat contact call reach
        complaint complain claim grievance
        bad terrible awful horrible poor
        price cost fee charge rate expensive
        cheap discount coupon voucher promo deal offer sale
        pay payment paying checkout
        bill invoice receipt statement
        card visa mastercard debit credit
        money cash funds balance
        transfer send move wire
        account profile login
        password passcode pin credentials
        login signin log sign access
        register signup enroll join subscribe
        unsubscribe optout stop leave
        newsletter mailing subscription
        change modify edit update alter switch correct
        address location place
        phone telephone mobile cell number
        open opening hours schedule
        shop store branch outlet
        near nearby close closest nearest
        book reserve reservation booking appointment
        reschedule postpone move
        show display see view check find
        stock available availability inventory
        warranty guarantee
        size fit measurement dimensions
        lost missing stolen lose
        info information details
        fast quick express urgent soon
        guy man person
        start begin activate enable launch
        end finish stop deactivate disable
    """),
    short=pairs("""
        u=you ur=your r=are n=and pls=please plz=please plse=please thx=thanks thnx=thanks tnx=thanks ty=thank_you
        tysm=thank_you idk=i_do_not_know dunno=do_not_know wanna=want_to gonna=going_to gotta=have_to lemme=let_me
        gimme=give_me cuz=because coz=because bc=because b4=before gr8=great l8r=later 2day=today 2moro=tomorrow
        tmrw=tomorrow tmr=tomorrow 2nite=tonight msg=message acc=account acct=account info=information
        pic=picture pics=pictures num=number nr=number no.=number qty=quantity appt=appointment addr=address
        im=i_am ive=i_have dont=do_not doesnt=does_not didnt=did_not cant=can_not cannot=can_not
        wont=will_not wouldnt=would_not couldnt=could_not shouldnt=should_not isnt=is_not arent=are_not
        wasnt=was_not werent=were_not havent=have_not hasnt=has_not hadnt=had_not aint=is_not
        wheres=where_is whats=what_is whens=when_is whos=who_is hows=how_is whys=why_is thats=that_is theres=there_is
        heres=here_is its=it_is youre=you_are theyre=they_are youve=you_have lets=let_us wats=what_is wat=what wut=what
        hav=have bin=been da=the dat=that dis=this dem=them ya=you
    """),
    numbers=numbers("""
        zero=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 thirteen=13
        fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19 twenty=20 a_couple=2 a_pair=2 a_dozen=12
    """),
    ordinals=numbers("""
        first=1 second=2 third=3 fourth=4 fifth=5 sixth=6 seventh=7 eighth=8 ninth=9 tenth=10
        1st=1 2nd=2 3rd=3 4th=4 5th=5 6th=6 7th=7 8th=8 9th=9 10th=10 last=-1
    """),
)
