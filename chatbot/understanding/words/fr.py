"""French."""

from chatbot.understanding.words.table import Words, entries, groups, numbers, pairs

WORDS = Words(
    language="fr",
    stemmer="french",
    stop=entries("""
        le la les l un une des du de d au aux à en dans sur sous avec sans pour par chez et ou où mais donc que qu qui
        quoi quel quelle quels quelles comment quand pourquoi est sont suis es sommes êtes était être ai as a avons avez
        ont avoir je j tu il elle on nous vous ils elles me m te t se s lui leur mon ma mes ton ta tes son sa ses notre
        nos votre vos leurs ce c cet cette ces ça cela ne n pas plus très aussi y si veux voudrais peux pouvez puis
        besoin faire merci bonjour salut
    """),
    filler=entries("""
        s il vous te plaît svp stp merci beaucoup bonjour salut bonsoir coucou allô madame monsieur ok maintenant alors
        bon euh
    """),
    joins=entries("et aussi puis également et_aussi et_puis"),
    common=entries("""
        ami amie amour an année argent arbre après aujourd hui avant beau bien blanc bleu bon bonne bouche bras bureau
        chaque chat chaud chemin chien chose ciel clair cœur corps côté coup cours cuisine dame demain dernier dieu dire
        eau école enfant ensemble entre exemple faim famille femme feu fille film fils fin fleur fois froid garçon gens
        grand gros guerre heure hier homme histoire idée jamais jeu jeune jour jouer lettre lieu livre loin long lumière
        main maison mal manger matin mauvais mer mère midi minute moins mois moment monde mort mot musique nom nouveau
        nuit œil pain papier parler partie pays peine père petit peu peur pied place plage pluie point porte premier
        prix question rien rouge route rue sang semaine seul soir soleil sommeil table temps terre tête toujours tout
        travail vent vérité vert vie vieux ville vin voiture voix vrai
    """),
    apart=entries("""
        abord acide agen agence aides aient annuel annulée annulées annulés aride arrivons arrêt arrêts arête
        attendent avent avide bosser commence commencer commencez commençons conseille conseillé démarrer
        déteste impératrice laide modérateur opératoire oubli oublier paire parce parle publie publier quitte
        quittera raide rareté recommande recommander remet restait restant récompense récompenser résister
    """),
    yes=entries("""
        c_est_bon ça_marche ça_roule ça_me_va sans_aucun_doute aucun_doute il_n_y_a_pas_de_doute
        pas_de_problème pas_de_souci
        oui o ouais ouaip ouep ok okay d_accord bien_sûr certainement absolument exact exactement correct volontiers
        avec_plaisir tout_à_fait c_est_ça parfait vas_y allez_y si évidemment affirmatif je_confirme
        pourquoi_pas entendu
        bien_entendu
    """),
    no=entries("""
        pas_vraiment pas_trop pas_tellement je_ne_crois_pas je_crois_pas je_ne_pense_pas je_pense_pas en_aucun_cas
        non n nan nope jamais pas pas_du_tout non_merci surtout_pas aucunement incorrect faux négatif pas_encore
        pas_maintenant plutôt_pas
    """),
    firm_yes=entries("oui ouais ouaip ouep"),
    firm_no=entries("non nan non_merci"),
    unsure=entries(
        "je_ne_sais_pas je_sais_pas sais_pas peut_être pas_sûr pas_sûre aucune_idée ça_dépend bof mouais plus_ou_moins "
        "ça_marche_pas"
    ),
    question=entries("quoi quel quelle quels quelles qui où quand comment pourquoi combien"),
    deny=entries("pas jamais non"),
    negates=entries("pas jamais aucun aucune"),
    affirms=entries("peux_pas arrive_pas parviens_pas pas_seulement pourquoi_pas pas_de_problème"),
    states=entries("est_pas ai_pas a_pas sont_pas marche_pas fonctionne_pas pas_encore pas_reçu pas_arrivé"),
    alike=groups("""
        remboursement rembourser remboursé
        annuler annulation résilier
        commande achat colis
        colis livraison paquet envoi
        livrer expédier envoyer
        arriver recevoir arrive
        retard tard délai
        retourner renvoyer retour échanger échange
        cassé abîmé endommagé défectueux
        problème erreur panne souci
        aide assistance support
        agent personne humain conseiller opérateur
        parler contacter appeler joindre
        réclamation plainte
        prix coût tarif frais
        réduction remise coupon promotion promo
        payer paiement régler
        facture reçu ticket
        compte profil
        changer modifier
        adresse domicile
        téléphone portable numéro
        horaires ouvert ouverture
        magasin boutique
        réserver réservation rendez
        carte visa mastercard
        disponible stock
    """),
    short=pairs(
        "svp=s_il_vous_plaît stp=s_il_te_plaît bjr=bonjour bsr=bonsoir slt=salut mrc=merci pk=pourquoi pq=pourquoi "
        "c=c_est jai=j_ai jsuis=je_suis chui=je_suis qd=quand cmt=comment tt=tout rdv=rendez_vous cb=combien ya=y_a"
    ),
    numbers=numbers("""
        zéro=0 un=1 une=1 deux=2 trois=3 quatre=4 cinq=5 six=6 sept=7 huit=8 neuf=9 dix=10 onze=11 douze=12 treize=13
        quatorze=14 quinze=15 seize=16 dix_sept=17 dix_huit=18 dix_neuf=19 vingt=20
        une_paire=2 une_douzaine=12
    """),
    ordinals=numbers("""
        premier=1 première=1 deuxième=2 second=2 seconde=2 troisième=3 quatrième=4 cinquième=5 sixième=6 septième=7
        huitième=8 neuvième=9 dixième=10 dernier=-1 dernière=-1 1er=1 2e=2 3e=3
    """),
)
