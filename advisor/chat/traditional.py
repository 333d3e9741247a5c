"""Traditional Chinese as simplified, for recognition alone: what is read is matched, never shown so.

The characters that a talk about a training takes, and the everyday ones of Cantonese; names that are said
another way in Taiwan and Hong Kong stand in the lexicon and in the templates.
"""

_TRADITIONAL = (
    "學習訓練驗證損準確過擬優參數據資圖條線畫調點麼嗎這個們為會來對開關記錄誌檔載讀寫說話語請謝問題錯誤還"
    "沒變樣後時間現發嗰係咗唔冇應該讓給從輪層網絡經設動態權減餘熱預測結報導輸齣幾張隻萬億幫辦嘗試輯終於幹"
    "壞慘斂顯蕩盪穩絕實繼續復舊邊兩雙啟種類標籤號執協簡單詞選擇換轉當將達運氣見覺願幣較貝葉隨機範圍掃驟遲"
    "極倆愛麥紅綠藍顏歲價總統計誰裡裏歡兒樂電腦內體險壓縮維護適夠滿無釋義歷備處衝決須頭臺灣聽買賣門閉擊鍵"
    "屬級績連斷敗際陣雜難響頂順飄驚魯齊爐煉樓橫檢歸殘溫潰濾燒營獲環監盤禮稱積節紀約純組絲編緩緊罷聯職膽與"
    "舉觀訊訴詳認談論諸講謂識譯議負責貴費質贏趨跡軟輕農週進遞遠鄰釘銳錢長陸隊階雖離靜頻額飛驅馬"
)
_SIMPLIFIED = (
    "学习训练验证损准确过拟优参数据资图条线画调点么吗这个们为会来对开关记录志档载读写说话语请谢问题错误还"
    "没变样后时间现发那是了不没应该让给从轮层网络经设动态权减余热预测结报导输出几张只万亿帮办尝试辑终于干"
    "坏惨敛显荡荡稳绝实继续复旧边两双启种类标签号执协简单词选择换转当将达运气见觉愿币较贝叶随机范围扫骤迟"
    "极俩爱麦红绿蓝颜岁价总统计谁里里欢儿乐电脑内体险压缩维护适够满无释义历备处冲决须头台湾听买卖门闭击键"
    "属级绩连断败际阵杂难响顶顺飘惊鲁齐炉炼楼横检归残温溃滤烧营获环监盘礼称积节纪约纯组丝编缓紧罢联职胆与"
    "举观讯诉详认谈论诸讲谓识译议负责贵费质赢趋迹软轻农周进递远邻钉锐钱长陆队阶虽离静频额飞驱马"
)
_TABLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


def simplified(text: str) -> str:
    """The text with simplified characters; as long as it was, so that places in it stay the same."""
    return text.translate(_TABLE)
