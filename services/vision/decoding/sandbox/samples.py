"""Small pictures in the formats that Pillow does not write, for the warm-up: 64 x 64 pixels, a gradient."""

from base64 import b85decode

_FILES = {
    "HEIC": (
        "0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<00042ZDn*}000000000XXk=`10000000000aA{+700000000000000000000B57=I"
        "V*mgE07O6l0RRC200001dH?|c00000000~S001LtX>Mi!000000RR916=`l}WdZ;I000310BCk&F#rGn01j|zbZr0t000010002i"
        "X>f9I0002DX>en20001ZXm(>m0RwOV0058x000009`FGC{rLC*01pFT0096PKmiN^|NjGU00093kN^M!000939=ZZRVE_RDD?$MQ"
        "18@KU0|1Z!00RI30{|YNAb|yz>PacCZUPz%2mk;B0LTCU0{{p>VgLaE2SfqEa<C#m0000JV{dG7ZewhC0096E00w{n000zeb8uw<"
        "00000002M$002M$000nhX?SS>000032nYxO000+haBX1#00000000310R({p0|Wp703>Z>VRQfh02n9%uNi>%2^qeP2$Aj|kxi;*"
        "KF#>j9R2"
    ),
    "HEIC with alpha": (
        "0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<0006-ZDn*}000000000XXk=`10000000000aA{+700000000000000000000G-"
        "+&aV*mgE07O6l0ssL300002X#fEL00000000~S0ssI200M;o0RR9100000G5`PoIB98aW&i*H00062000$fZf0cy000000RRAKc4"
        "ILB0000LX>Mj^0ssI200IC2Xm(>U000004sdC7Z2$lO0003100D$)aB^?}00CZUaAR)(004Msc4I>U18@KU0FVFx0000U@BsY%`1"
        "k+-4+CHT0RR|40Sp2E{{wIU00RJ!0009300RIXx&lC90096iLID8-"
        "Z~y=U0FVFx0{{R603M(qfd!W8Nhz*w0vZem00093$N&HX00=;000968L;=Baup&SJ000wXZ)|dIV{CW;0RRmE27mwn02FC+aAg1h"
        "0000006+i$06+i$01$9#cxeCt0009B2nYZG0CH${V?zN12mk;8pZEX(0018F0Q~&;_y7P817H9F02e?33<3ZD1PA~C0|1}+00093"
        "03NymKw$s@0472K0R#vD00RJ@_y7O{0017qf&>;@sU)Vkupj^c0|Ouc00RIaVgLaE2SfqEa<C#m0000EaA|mH000000SEv904HH}"
        "ctZdH004DzZaQsnWoJ5QWp-maGB7bUI$?EqX=FMv000009%*oGVE_OC000000ssL7fdT^r00IPs0|tix000_ka%E-"
        "!00000000hQb$Dz50ssL30RR91R&8WqbN~PV7$^a+8G!c*8NQ7Ok?tRnO{!)-"
        "&G^zB{r~^~E+_%6Gvdeu+(Il*e(v6D9=k8WN3tqDPt&?AGFJRzTer`Z6<Ke+T%!y^6AnH"
    ),
    "AVIF": (
        "0000WW^{RQVRmU|00000VRmU|ZE0pPZE0a<O+hh20002%ZDn*}000000000XXk=`10000000000aA{+700000000000000000000"
        "4sdC7Z2$lO000310016oY;R)#0000)000310RR910RR926951JF8}}lC~0YKW&i*H00031000_kZf0cy000000RRADb}%tRZ)|UJ"
        "00000YH4tCZ~y=ROKEUpZvX%Q6lrsCWdHyG00000KmY&$KmY&$5O8UDX#fBK00RgJ2mk;83}JRLLxBJc000006Ju{|a&BX6cmM$a"
        "4FCp!0000NX>e^}0000000001009I60)qqq001{_WMOm?0162h6@UGr0vZhnG9VmBhlSnKO*F#5007U(p`=|=L~|@Yjg$v2#<-"
        "yuA*%"
    ),
    "AVIF with alpha": (
        "0000WW^{RQVRmU|00000VRmU|ZE0pPZE0a<O+hh20004oZDn*}000000000XXk=`10000000000aA{+700000000000000000000"
        "4sdC7Z2$lO00031001m$Y;R)#0000)000620RR910RR92-"
        "~a#sF8~4n0003100FK5001%o002U1X>Mi!000000ssI28fk83WdZ;I000310AY48F+*=`Z*l+t000_kZf0cy000000ssJEb}%tPY"
        ";b5{000008fkK6W&i*H000004q<h8YybiP0RRC2006^jaB^?}005n7aAR)(000zeb8uw<00000002M$002M$000nhX?SS>000032"
        "nYxO000bOb}>VN01N;C000wXZ)|dIV{CW;0RRmE27mwn01j|zcxeCt000390000CVRkV?fdCu;0000uVRd*z00000b#iVxZE$60I"
        "&E-eXF@t-X=89Yb9r-gWo>ghVRd+EY-wR~c{*WiaA;uw0000UX>e^}0000000002009I60)qqq0t5jCh6exu0BLPxVRRAz3I-"
        "SzfBl6(GA0`UX`ukhrG%!KLt<-_aT<5>A|J-"
        "$6RgaPbjAu=#a}(&KGs6e5&#Mb7!`m0q5>KX2r?iXM~8*o(@iwOzyJWx$f2ZNQABerK8=(IF2=Z_7a^+"
    ),
    "JPEG XL": (
        "{|ZkA02GJ@0Hgu2Vif>@3YAgD4PMUmeEFfnV%o-"
        "ahPK+au!OPMUKk_<Km|&w+Eh&b0914#jBf7$HX|TVrXql6ThJvaLSozrsg?zX9SXoEf%#JO8X!EYg#@uNFvOK4N{y_~01N;?0000"
        "200008"
    ),
    "JPEG XL with alpha": (
        "{|ZmQP5@AVXaH3Jv0@bffC`mS#tmN1^?doE!(!UTb%wUuwy@~{FpU_(n23syP6R6emr%fOt4J6{pop$Jwk>4;WvLv(WADSLD&euJ"
        "8i06;DJoQk-"
        "2xACN|Wj};&>!bP*6}%h$tv1P=S)FvNnVWk3TV(_f5=(F%W?&UPKI|XdUClh!{pk4Hz+uh@~?Og+p+F!Wdo{8xLiSieU^y(?g7mF"
        "(QVs2N<sdASoDk@Er1@KrRM0##ng$Pvz}N@F@@tioE3swofOjoQ|HvgJLLH1>oO8QoDqs0ChG>qn{zm6w8mLRyzv)L&>k=41y&=E"
        "s8-"
        "jI+sLGRt3w?Bhdzve&la;!Jlo0|K^FxZz=C;S1eF1r8%77SvxN6=lq8NbCn?(9ZSa%?R1{V&tbLR)#0GPEoQkxh5`YE5E@2HY)V("
        "Vo4^}z5B_9xbeLZ>WKH2guir-zH|u`wo!+N~WUz@I9Piwow=C9TnyhV46^MiR`zD~lg$_dUsMVt-eYH`jU_HIfg1?l%;O7bEAG+{"
        "H0jMHo#78&{=>`RXX~nK>!OyxvwA-Z9zmi#Z56!#;%!Xwl=1*WE*Rle_{Q5_Rfe0xmd;r!Z-o2s~vZ8g1y4Ehr%9-"
        "u+!EHg2JFOD^aNLXMm82_#UT23Egk<A*=8P_E;v&}P^0E3@bGW+yspQ0tgULtL^}-"
        "DjUngI9<vmY(!V;KZiXw_B>WY_jz>qssD`CqOp&{rTaBw<w0*nR<>Jafq_L?zP_zw}}Gc#DkSH^rl3~!QPXM&W&lQP`@sKSW0LP;"
        "WQ4wEcYdSTwtJI<Et);&_Zbgp+BmTF0kSikQJ8eR;lCC#{OkrA6N^Ze6rlgKHp`Sgml0c)o8TVG+m02C!n`>2T%8cN<((+IBwB~@"
        "xddSD;%^No`0TXxwRS@l&-LNa*;M~bCEd4Ni?HkZuqEJzuyGR(6?X}c0sFiF|b40h#IrB>VIP8aN5ChflmvC`bycx$<}-"
        "1XFH|20&U2_KcK?zpjuCUUc6%K_z)5LSsOA^(tPTD`2Fl<pt}TO3x38C{ZDD%B%Eh4CLCDXW!Heu%df+WN3M1g6bT0aA*0yQo&B6"
        "~x7XLop7WpQgIp7sGV6Jiow>{0g<K3<-"
        "Qd_&XH${`EhMN`{U&+}VLTs*AV+Gi0jwcK${zE2`x3s{}_VyXI<O3rgLdQhJr=Yk1rAI?jTObuI!5Z$iEEao7H0Fv6LT$q~G4)qN"
        ";M5dh~X9LBd3e{qZ@P?uqDBzkhOC$MQxjNDAns`$_tY_K7W`~d)FMHpqC18g8zp#CBNe|4ZxDTFj%5(4-"
        "OOadqXp#hV_;Wa==(+VgtW5Ag!Nt7B{p8*&EfB*mh1ONa45C"
    ),
    "JPEG XL of a JPEG": (
        "0000CN?1%F4GM<}0000KW^{RQYItlQ00000YItlQ0000HYItmL00000{|ZAuBme*b;A&!WWWa3$2!bHA3<!Wwqd>@2B>(^*<fv@H"
        "P@Ml0M8*hZoKp(gkB}kEQU@7kpmc{CtPdGZK4!on2Nf1MXxM@6qlW(dk!21$?m$D){V&EiW0FfY`DBz+o|)#FZN3@joP{2m=%S52"
        "8tJ5^o|@{at-c!Tti>Li?6S>18|}2^o}2Ev?Y<lDyagYe@WKs09Pz{>mwa-{E4Tb|%rg&N^wCK#-"
        "SpE@Pd#?oXQ#b(+i%A`_uz#ep7`R8KOXtyqnCbq>Z`Z@dhD|YKYa1WC%=62&qqIf_~Vy<e){XT|9<@Q|5q?oRRRDY<fv@HP@Ml4L"
        "_#T}tW%1_ctFTz)F8v8I?zx(*l_M4#|$XQ2Msysumc;5EOXTF_F=~jt>}+DGx#LK`(KQ4#wDA4GRi5_T(iwL<D9e5Lla%J(MKblw"
        "A52mUA5I$W1Y3wW0PIB*=M7jw%l{mUANtL<DGZlf)7r3;f5cMc;b;uJ~`!;TYfp_nTIa==%kl!`st{r9=q(b(_Xvnx8t6B@WKyIe"
        "DTH~k9_jcOFupJ)mwi(_SuIo{`lmVZ~pn{rysxk^V46y{rBUa|G&Tw08|zL3kZPV01!$>Nk#wx0RR92009610{{R3-D-"
        "GjaDV^+0pME#5CA9x4t|V%4u1as4uFUP0ENcJZU6uP1pol>0{{R3000005U?b1inyEW5z1sO{(wSZND2z%LS!S^*ci#kMlwoOj8S"
        "GYi4y-41@=TAQ1Jo=CxDoD5n=#jyu;w9EVT_-nkVl3W#DaF2Bqv8W^Xq*hQw<DTa=_S8-"
        "+nsK(Wzu>Oj&8Xx+Z&Yc`Z7Y5&?t(NI<3u$500ks6eIBymTp@ec}Rf4DQ32@C*~j>Kxj3@m)hfMx&y00000lqAwL2x8uY*n{?<Jq"
        "Q"
    ),
}

SAMPLES = {name: b85decode(text) for name, text in _FILES.items()}
