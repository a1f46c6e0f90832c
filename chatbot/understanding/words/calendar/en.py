"""English days, clocks and spans."""

from chatbot.understanding.words.calendar.table import Calendar, phrases

CALENDAR = Calendar(
    language="en",
    months=phrases("""
        january=1 jan=1 february=2 feb=2 march=3 mar=3 april=4 apr=4 may=5 june=6 jun=6 july=7 jul=7 august=8 aug=8
        september=9 sept=9 sep=9 october=10 oct=10 november=11 nov=11 december=12 dec=12
    """),
    weekdays=phrases("""
        monday=0 tuesday=1 wednesday=2 thursday=3 friday=4 saturday=5 sunday=6 weds=2 tues=1 thurs=3 wendsday=2
        wednsday=2 wensday=2 tuseday=1 thrusday=3 satuday=5 saterday=5
    """),
    short_weekdays=phrases("mon=0 tue=1 wed=2 thu=3 thur=3 fri=4 sat=5 sun=6"),
    days=phrases("""
        today=0 2day=0 tonight=0 2nite=0 this_morning=0 this_afternoon=0 this_evening=0 tomorrow=1 tomorow=1 tommorow=1
        tommorrow=1 tomorrow's=1 tmrw=1 tmr=1 tmw=1 2moro=1 2morrow=1 day_after_tomorrow=2 the_day_after_tomorrow=2
        yesterday=-1 last_night=-1 day_before_yesterday=-2 the_day_before_yesterday=-2
    """),
    coming=phrases("next=1 coming=1 the_next=1 this=0 this_coming=1 last=-1 past=-1 this_past=-1"),
    next_week=phrases("next_week=1 of_next_week=1 this_week=0 of_this_week=0 last_week=-1 the_week_after_next=2"),
    weeks_on=phrases("week=1 fortnight=2 a_week_later=1"),
    which_month=phrases("""
        next_month=1 of_next_month=1 of_the_next_month=1 in_next_month=1 this_month=0 of_this_month=0 of_the_month=0
        in_this_month=0 next_month_on=1 this_month_on=0 of_last_month=-1
    """),
    within=phrases("in within"),
    later=phrases("from_now from_today later hence"),
    ago=phrases("ago earlier back"),
    ends=phrases("""
        end_of_month=0 end_of_the_month=0 end_of_this_month=0 month_end=0 end_of_next_month=1 end_of_the_year=12
        end_of_year=12 end_of_this_year=12 last_day_of_the_month=0
    """),
    end_of=phrases("end_of the_end_of last_day_of"),
    articles=phrases("the"),
    of=phrases("of of_the"),
    suffixes=frozenset({"st", "nd", "rd", "th"}),
    at=phrases("at at_around at_about around about by from after before until till @"),
    clock_words=phrases("o'clock o_clock oclock ish"),
    hour_words=phrases("h hrs hours"),
    clocks=phrases("noon=720 midday=720 noontime=720 midnight=0"),
    before_hour=phrases("""
        half_past=30 half=30 quarter_past=15 a_quarter_past=15 quarter_after=15 quarter_to=-15 a_quarter_to=-15
        quarter_of=-15 quarter_till=-15 quarter_before=-15
    """),
    minute_hour=phrases("past=2 minutes_past=2 minutes_to=-2 minutes_before=-2 after=1 to=-1 till=-1"),
    either=phrases("or"),
    parts=phrases("""
        am=1 a.m.=1 a.m=1 pm=2 p.m.=2 p.m=2 in_the_morning=1 this_morning=1 morning=1 in_the_afternoon=2
        this_afternoon=2 afternoon=2 in_the_evening=3 this_evening=3 evening=3 tonight=3 at_night=4 night=4 last_night=4
        in_the_eve=3 sharp=0
    """),
    units=phrases("""
        second=1 seconds=1 sec=1 secs=1 minute=60 minutes=60 min=60 mins=60 mns=60 hour=3600 hours=3600 hr=3600 hrs=3600
        h=3600 day=86400 days=86400 d=86400 night=86400 nights=86400 week=604800 weeks=604800 wk=604800 wks=604800
        w=604800 fortnight=1209600 month=2592000 months=2592000 mth=2592000 mths=2592000 year=31536000 years=31536000
        yr=31536000 yrs=31536000 m=60 s=1 business_days=86400 working_days=86400
    """),
    spans=phrases("""
        half_an_hour=1800 half_hour=1800 half_a_day=43200 half_day=43200 quarter_of_an_hour=900
        three_quarters_of_an_hour=2700 half_a_year=15768000
    """),
    halves=phrases("and_a_half and_half"),
    during=phrases("for during about since within in over almost nearly"),
    joins=phrases("and ,"),
    after_day=phrases("from after on"),
    now=phrases("now right_now"),
    counts=phrases("""
        hundred=100 a_hundred=100 one_hundred=100
        a=1 an=1 couple_of=2 a_couple_of=2 a_couple=2 twenty_one=21 twenty_two=22 twenty_three=23 twenty_four=24
        twenty_five=25 twenty_eight=28 thirty=30 thirty_one=31 thirty_five=35 forty=40 forty_five=45 forty_eight=48
        fifty=50 fifty_five=55 sixty=60 ninety=90
    """),
)
