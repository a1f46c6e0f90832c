"""Portuguese."""

from chatbot.understanding.words.table import Words, entries, groups, numbers, pairs

WORDS = Words(
    language="pt",
    stemmer="portuguese",
    stop=entries("""
        o a os as um uma uns umas de do da dos das em no na nos nas por pelo pela para pra com sem sobre e ou mas que
        quem qual quais como quando onde porque é são sou está estão estou ser estar foi era tem tenho temos ter há eu
        tu você vocês ele ela nós eles elas me te se lhe meu minha meus minhas teu tua seu sua seus suas nosso este esta
        esse essa isso isto aquele não mais muito já também quero queria posso pode preciso favor obrigado obrigada olá
        oi
    """),
    filler=entries("""
        por favor obrigado obrigada olá oi bom boa dia tarde noite ok agora então gentileza senhor senhora pfv pf
    """),
    joins=entries("e também além_disso e_também e_depois"),
    common=entries("""
        água alto amanhã amigo amor ano antes aqui assim azul banco bem boca bonito branco cada calor cama caminho carne
        carro casa chuva cidade coisa comida coração dinheiro deus escola feliz fim filho fome frio gato gente grande
        guerra história hoje homem hora ideia jogo lado livro longe lugar lua luz mãe manhã mão mar melhor mês mesa
        minuto mulher mundo música nada ninguém noite nome novo nunca olho ontem outro pai país palavra parte
        pessoa pouco
        praia preço primeiro problema rua semana sempre sol sono tempo terra todo trabalho tudo último velho verdade
        verde vez vida vinho
    """),
    apart=entries("""
        abandonar aborto aguda aguente ascendente assistir atendendo calcular cancelada cancelado cancelaram
        cancelou canela cautelar chanceler civis congelar deixaria esquecem esquecer esqueceu esqueci esquema
        esqueço imperador insistir jardim moderador operado operando pagar paira param pares parma parra parta
        parva pendente persistir pirar poções recomenda recomendar reconheça resistir restar sairá sarar
        subsídio êxito
    """),
    yes=entries("""
        sem_dúvida sem_dúvida_nenhuma não_há_dúvida não_tenho_dúvida não_tenho_dúvidas tudo_bem fechado por_mim_tudo_bem
        sem_problema
        sim s claro ok certo com_certeza correto exato exatamente isso isso_mesmo pode_ser está_bem tá_bom beleza quero
        confirmo perfeito positivo por_que_não pode aceito combinado óbvio de_acordo
    """),
    no=entries("""
        nem_por_isso de_modo_algum de_modo_nenhum de_forma_alguma de_forma_nenhuma
        não n nao nunca jamais negativo errado incorreto de_jeito_nenhum nem_pensar ainda_não agora_não não_obrigado
        não_obrigada melhor_não falso
    """),
    firm_yes=entries("sim"),
    firm_no=entries("não nao não_obrigado não_obrigada"),
    unsure=entries("não_sei talvez não_tenho_certeza depende quem_sabe sei_lá mais_ou_menos"),
    question=entries("quem qual quais como quando onde quanto por_que"),
    deny=entries("não nunca jamais nem"),
    negates=entries("não nunca jamais nem"),
    affirms=entries("não_posso não_consigo não_só não_sei"),
    states=entries("não_recebi não_chegou não_foi não_está não_é não_tenho não_funciona ainda_não"),
    alike=groups("""
        reembolso devolução estorno reembolsar
        cancelar anular cancelamento
        pedido compra encomenda pacote
        encomenda entrega pacote envio
        enviar entregar mandar
        chegar receber chega
        atraso atrasado tarde
        devolver trocar troca
        quebrado danificado defeituoso estragado partido
        problema erro falha avaria
        ajuda assistência suporte apoio
        atendente pessoa humano agente operador
        falar contactar contatar ligar
        reclamação queixa
        preço custo tarifa
        desconto cupom oferta promoção
        pagar pagamento
        fatura recibo nota
        conta perfil
        senha
        mudar alterar modificar atualizar
        endereço morada
        telefone celular telemóvel número
        horário aberto abre
        loja filial
        reservar reserva marcação
        cartão visa mastercard
        disponível estoque stock
    """),
    short=pairs(
        "vc=você vcs=vocês pq=porque q=que tb=também tbm=também n=não pfv=por_favor obg=obrigado cd=cadê qdo=quando"
    ),
    numbers=numbers("""
        zero=0 um=1 uma=1 dois=2 duas=2 três=3 quatro=4 cinco=5 seis=6 meia=6 sete=7 oito=8 nove=9 dez=10
        onze=11 doze=12
        treze=13 catorze=14 quatorze=14 quinze=15 dezesseis=16 dezasseis=16 dezessete=17 dezassete=17 dezoito=18
        dezenove=19 dezanove=19 vinte=20
        um_par=2 uma_dúzia=12
    """),
    ordinals=numbers("""
        primeiro=1 primeira=1 segundo=2 segunda=2 terceiro=3 terceira=3 quarto=4 quarta=4 quinto=5 quinta=5 sexto=6
        sétimo=7 oitavo=8 nono=9 décimo=10 último=-1 última=-1
    """),
)
